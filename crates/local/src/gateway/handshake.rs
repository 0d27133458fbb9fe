//! What a client said when it asked for a connection.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONNECTION, HOST, HeaderName, SEC_WEBSOCKET_PROTOCOL, UPGRADE, USER_AGENT};

use super::connection::Identity;

/// Names to values, each name with all of its values in their order.
pub type Fields = BTreeMap<String, Vec<String>>;

#[derive(Debug)]
pub struct Handshake {
    pub identity: Identity,
    pub headers: Fields,
    pub query: Fields,
}

impl Handshake {
    /// Reads the upgrade request. Its source address is known if the server was made with
    /// `into_make_service_with_connect_info::<SocketAddr>()`; without it, it is the loopback.
    pub fn of(request: &Request) -> Self {
        let source = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let source_ip = source.map_or(Ipv4Addr::LOCALHOST.into(), |ConnectInfo(address)| address.ip());
        Self {
            identity: Identity { source_ip, user_agent: text(request.headers(), USER_AGENT) },
            headers: headers(request.headers(), source_ip),
            query: query(request.uri().query().unwrap_or_default()),
        }
    }

    /// The sub-protocol that the client gets: the function's choice, if the client offered it.
    pub fn protocol(&self, chosen: &str) -> Option<String> {
        let offers = self.headers.get("Sec-WebSocket-Protocol")?;
        let mut offered = offers.iter().flat_map(|offer| offer.split(',')).map(str::trim);
        offered.find(|protocol| *protocol == chosen).map(str::to_owned)
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The client's headers and those that API Gateway adds, without those of the hop to the gateway.
fn headers(sent: &HeaderMap, source_ip: IpAddr) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in sent.iter().filter(|(name, _)| **name != CONNECTION && **name != UPGRADE) {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        fields.entry(canonical(name.as_str())).or_default().push(value);
    }
    let host = text(sent, HOST).unwrap_or_default();
    let port = host.rsplit_once(':').map_or("80", |(_, port)| port);
    for (name, value) in [
        ("X-Forwarded-For", source_ip.to_string()),
        ("X-Forwarded-Port", port.into()),
        ("X-Forwarded-Proto", "http".into()),
    ] {
        fields.insert(name.into(), vec![value]);
    }
    fields
}

/// A header name as clients commonly write it. hyper lower-cases names, API Gateway passes them on as
/// they were sent: functions must not care, and get to see here what they will see there.
fn canonical(name: &str) -> String {
    let words = name.split('-').map(|word| match word {
        "websocket" => "WebSocket".to_owned(),
        word => word[..1.min(word.len())].to_uppercase() + &word[1.min(word.len())..],
    });
    words.collect::<Vec<_>>().join("-")
}

fn query(query: &str) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        fields.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    fields
}

/// The header in which a function names the sub-protocol; the case of a header name does not matter.
pub fn is_protocol_header(name: &str) -> bool {
    name.eq_ignore_ascii_case(SEC_WEBSOCKET_PROTOCOL.as_str())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn handshake(uri: &str, headers: &[(&str, &str)]) -> Handshake {
        let request = Request::builder().uri(uri);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Handshake::of(&request.body(Body::empty()).unwrap())
    }

    #[test]
    fn the_query_is_decoded_and_every_value_kept() {
        let handshake = handshake("/?subscribe=orders%2Facme%2F*&subscribe=a+b&empty=&bare", &[]);
        assert_eq!(handshake.query["subscribe"], ["orders/acme/*", "a b"]);
        assert_eq!(handshake.query["empty"], [""]);
        assert_eq!(handshake.query["bare"], [""]);
    }

    #[test]
    fn headers_look_as_they_do_in_api_gateways_events() {
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
    fn a_sub_protocol_must_have_been_offered() {
        let offers = [("sec-websocket-protocol", "a, b"), ("sec-websocket-protocol", "c")];
        let handshake = handshake("/", &offers);
        assert_eq!(handshake.protocol("b").as_deref(), Some("b"));
        assert_eq!(handshake.protocol("c").as_deref(), Some("c"));
        assert_eq!(handshake.protocol("d"), None);
    }
}
