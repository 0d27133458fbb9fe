use axum::body::Body;

use super::*;

fn handshake(uri: &str, headers: &[(&str, &str)]) -> Handshake {
    let request = Request::builder().uri(uri);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Handshake::new(&request.body(Body::empty()).unwrap())
}

#[test]
fn the_query_is_decoded_with_all_values() {
    let handshake = handshake("/?subscribe=orders%2Facme%2F*&subscribe=a+b&empty=&bare", &[]);
    assert_eq!(handshake.query["subscribe"], ["orders/acme/*", "a b"]);
    assert_eq!(handshake.query["empty"], [""]);
    assert_eq!(handshake.query["bare"], [""]);
}

#[test]
fn headers_look_as_in_events_of_api_gateway() {
    let sent = [
        ("host", "127.0.0.1:8787"),
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("x-tag", "one"),
        ("x-tag", "two"),
    ];
    let headers = handshake("/", &sent).headers;
    let names: Vec<_> = headers.keys().map(String::as_str).collect();
    let expected = [
        "Host",
        "Sec-WebSocket-Version",
        "X-Forwarded-For",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
        "X-Tag",
    ];
    assert_eq!(names, expected);
    assert_eq!(headers["X-Tag"], ["one", "two"]);
    assert_eq!(headers["X-Forwarded-Port"], ["8787"]);
}

#[test]
fn a_sub_protocol_must_be_offered() {
    let offers = [("sec-websocket-protocol", "a, b"), ("sec-websocket-protocol", "c")];
    let handshake = handshake("/", &offers);
    assert_eq!(handshake.protocol("b").as_deref(), Some("b"));
    assert_eq!(handshake.protocol("c").as_deref(), Some("c"));
    assert_eq!(handshake.protocol("d"), None);
}
