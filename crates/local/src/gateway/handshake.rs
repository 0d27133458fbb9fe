//! The upgrade request of a client.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONNECTION, HOST, HeaderName, SEC_WEBSOCKET_PROTOCOL, UPGRADE, USER_AGENT};

use super::authorization::Authorization;
use super::identity::Identity;

/// All values of each name, in their order.
pub type Fields = BTreeMap<String, Vec<String>>;

#[derive(Debug)]
pub struct Handshake {
    pub identity: Identity,
    pub headers: Fields,
    pub query: Fields,
    /// The gateway refused the client, which requests the reason.
    pub refusal: Option<Authorization>,
}

impl Handshake {
    /// Reads the upgrade request. The source address is the loopback address, unless the server was made with
    /// `into_make_service_with_connect_info::<SocketAddr>()`.
    pub fn new(request: &Request) -> Self {
        let source = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let source_ip = source.map_or(Ipv4Addr::LOCALHOST.into(), |ConnectInfo(address)| address.ip());
        Self {
            identity: Identity { source_ip, user_agent: text(request.headers(), USER_AGENT) },
            headers: headers(request.headers(), source_ip),
            query: query(request.uri().query().unwrap_or_default()),
            refusal: None,
        }
    }

    /// Returns the sub-protocol that the function chose, if the client offered it.
    pub fn protocol(&self, chosen: &str) -> Option<String> {
        self.offers().find(|protocol| *protocol == chosen).map(str::to_owned)
    }

    /// Returns the sub-protocols that the client offers.
    pub fn offers(&self) -> impl Iterator<Item = &str> {
        let offers = self.headers.get("Sec-WebSocket-Protocol").into_iter().flatten();
        offers.flat_map(|offer| offer.split(',')).map(str::trim)
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Adds the headers of API Gateway to those of the client, and removes the hop-by-hop headers.
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

/// Capitalizes a header name, as most clients do. API Gateway keeps the case of a name, but hyper converts it
/// to lower case. Functions must not depend on the case.
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

/// Returns whether the header names the sub-protocol. The case of a header name does not matter.
pub fn is_protocol_header(name: &str) -> bool {
    name.eq_ignore_ascii_case(SEC_WEBSOCKET_PROTOCOL.as_str())
}

#[cfg(test)]
mod tests;
