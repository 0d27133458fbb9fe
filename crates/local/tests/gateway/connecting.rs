//! `$connect`: which clients get a connection, and the event for the function.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Semaphore;

use crate::support::{Behavior, Client, connection_id, gateway, gateway_with, in_time, rejected};

#[tokio::test]
async fn the_event_describes_the_client_and_its_request() {
    let mut test = gateway().await;
    let headers = [("user-agent", "test"), ("x-tag", "one")];
    let _client = Client::connect(test.address, "/?subscribe=orders%2F*&token=t", &headers).await.unwrap();
    let event = test.called("connect").await;
    assert_eq!(event["queryStringParameters"], json!({"subscribe": "orders/*", "token": "t"}));
    assert_eq!(event["headers"]["X-Tag"], "one");
    assert_eq!(event["requestContext"]["routeKey"], "$connect");
    assert_eq!(event["requestContext"]["stage"], "test");
    assert_eq!(event["requestContext"]["identity"], json!({"sourceIp": "127.0.0.1", "userAgent": "test"}));
}

#[tokio::test]
async fn the_connection_opens_when_the_function_has_responded() {
    let mut test = gateway().await;
    let permit = Arc::new(Semaphore::new(0));
    test.functions.set("connect", Behavior::ReturnsAfter(permit.clone(), json!({"statusCode": 200})));
    let connecting = tokio::spawn({
        let address = test.address;
        async move { Client::connect(address, "/", &[]).await }
    });
    let id = connection_id(&test.called("connect").await);
    assert_eq!(test.post(&id, b"early").await, 410);
    assert!(!connecting.is_finished());
    permit.add_permits(1);
    let mut client = in_time(connecting).await.unwrap().unwrap().0;
    assert_eq!(test.post(&id, b"now").await, 200);
    assert_eq!(client.receive().await, "now");
}

#[tokio::test]
async fn a_rejection_has_the_status_of_the_function() {
    let mut test = gateway().await;
    for status in [400, 401, 403, 429, 500] {
        test.functions.set("connect", Behavior::Returns(json!({"statusCode": status, "body": "why"})));
        let (actual, body) = rejected(Client::connect(test.address, "/", &[]).await);
        let id = connection_id(&test.called("connect").await);
        assert_eq!(actual, status);
        assert!(body.contains(&id) && !body.contains("why"), "{body}");
        assert_eq!(test.post(&id, b"x").await, 410);
    }
    assert!(test.nothing_more_called(), "$disconnect was called for a rejected client");
}

#[tokio::test]
async fn a_function_with_an_invalid_response_is_a_bad_gateway() {
    let test = gateway().await;
    let invalid = [json!(null), json!({}), json!({"statusCode": "x"}), json!({"statusCode": 99})];
    for behavior in invalid.map(Behavior::Returns).into_iter().chain([Behavior::Fails]) {
        test.functions.set("connect", behavior);
        let (status, body) = rejected(Client::connect(test.address, "/", &[]).await);
        assert_eq!(status, 502);
        assert!(body.starts_with(r#"{"message": "Internal server error", "connectionId":""#), "{body}");
    }
}

#[tokio::test]
async fn a_function_has_29_seconds() {
    let mut test = gateway().await;
    let never = Arc::new(Semaphore::new(0));
    test.functions.set("connect", Behavior::ReturnsAfter(never, json!({})));
    let address = test.address;
    let connecting = tokio::spawn(async move { Client::connect(address, "/", &[]).await });
    test.called("connect").await;
    test.clock.advance(Duration::from_secs(29));
    assert_eq!(rejected(in_time(connecting).await.unwrap()).0, 504);
}

#[tokio::test]
async fn the_function_selects_one_of_the_offered_sub_protocols() {
    let test = gateway().await;
    for (name, chosen, agreed) in [
        ("Sec-WebSocket-Protocol", "b", Some("b")),
        ("sec-websocket-protocol", "b", Some("b")),
        ("SEC-WEBSOCKET-PROTOCOL", "a", Some("a")),
    ] {
        let headers = json!({name: chosen});
        test.functions.set("connect", Behavior::Returns(json!({"statusCode": 200, "headers": headers})));
        let offer = [("sec-websocket-protocol", "a, b")];
        let (_client, response) = Client::connect(test.address, "/", &offer).await.unwrap();
        let header = response.headers().get("sec-websocket-protocol");
        assert_eq!(header.map(|value| value.to_str().unwrap()), agreed);
    }
}

#[tokio::test]
async fn a_sub_protocol_that_was_not_offered_is_ignored() {
    let test = gateway().await;
    let headers = json!({"Sec-WebSocket-Protocol": "other"});
    test.functions.set("connect", Behavior::Returns(json!({"statusCode": 200, "headers": headers})));
    let mut http = test.http().await;
    let response =
        http.request("GET", "/", &[UPGRADE[0], UPGRADE[1], UPGRADE[2], UPGRADE[3], OFFER], b"").await;
    assert_eq!((response.status, response.headers.get("sec-websocket-protocol")), (101, None));
}

const OFFER: (&str, &str) = ("Sec-WebSocket-Protocol", "a, b");
const UPGRADE: [(&str, &str); 4] = [
    ("Connection", "keep-alive, Upgrade"),
    ("Upgrade", "WebSocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

#[tokio::test]
async fn the_response_to_the_upgrade_follows_rfc_6455() {
    let test = gateway().await;
    let response = test.http().await.request("GET", "/", &UPGRADE, b"").await;
    assert_eq!(response.status, 101);
    // The example of RFC 6455, section 1.3.
    assert_eq!(response.headers["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

#[tokio::test]
async fn a_request_without_an_upgrade_is_answered_with_a_hint() {
    let mut test = gateway().await;
    let response = test.http().await.request("GET", "/", &[], b"").await;
    assert_eq!(response.status, 426);
    assert!(response.body.contains("wscat"), "{}", response.body);
    assert!(test.nothing_more_called());
}

#[tokio::test]
async fn only_web_pages_of_this_machine_may_connect() {
    let mut test = gateway().await;
    for origin in ["http://localhost:5173", "https://127.0.0.1", "http://[::1]:3000"] {
        Client::connect(test.address, "/", &[("origin", origin)]).await.unwrap();
        test.called("connect").await;
        test.called("disconnect").await;
    }
    for origin in
        ["https://example.com", "http://localhost.example.com", "http://127.0.0.1@example.com", "null"]
    {
        let connected = Client::connect(test.address, "/", &[("origin", origin)]).await;
        assert_eq!(rejected(connected), (403, r#"{"message": "Forbidden"}"#.into()), "{origin}");
    }
    let two = [("origin", "http://localhost"), ("origin", "https://example.com")];
    assert_eq!(rejected(Client::connect(test.address, "/", &two).await).0, 403);
    assert!(test.nothing_more_called());
}

#[tokio::test]
async fn an_incomplete_upgrade_is_a_bad_request() {
    let test = gateway().await;
    for missing in [2, 3] {
        let headers: Vec<_> = (0..4).filter(|index| *index != missing).map(|index| UPGRADE[index]).collect();
        assert_eq!(test.http().await.request("GET", "/", &headers, b"").await.status, 400);
    }
}

#[tokio::test]
async fn a_url_may_have_4096_characters() {
    let test = gateway().await;
    let url = |length: usize| format!("/?{}", "x".repeat(length - 2));
    let response = test.http().await.request("GET", &url(4096), &UPGRADE, b"").await;
    assert_eq!(response.status, 101);
    let response = test.http().await.request("GET", &url(4097), &UPGRADE, b"").await;
    assert_eq!(response.status, 414);
}

#[tokio::test]
async fn without_a_connect_route_every_client_is_connected() {
    let test = gateway_with(&[]).await;
    let mut client = Client::connect(test.address, "/", &[]).await.unwrap().0;
    assert!(client.is_open().await);
}
