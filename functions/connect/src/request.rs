//! What a client asks for when it connects.

use std::collections::BTreeSet;

use tablecast_connections::Connection;
use tablecast_pipeline::subject::{Pattern, SubjectError};

use crate::event::ConnectEvent;

/// The CloudEvents WebSocket binding: one event a frame, as JSON.
const CLOUDEVENTS_JSON: &str = "cloudevents.json";

#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    pub connection: Connection,
    pub patterns: BTreeSet<Pattern>,
    /// The sub-protocol to confirm. One that offered none gets the same frames, but may be told nothing.
    pub echo: Option<&'static str>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("subscribe: {pattern:?} {reason}")]
    BadPattern { pattern: String, reason: SubjectError },
    /// RFC 6455: a browser ends a connection that confirms none of its offers. A refusal says why.
    #[error("none of the offered sub-protocols is spoken here: offer {CLOUDEVENTS_JSON}, or none")]
    UnknownProtocol,
}

impl Request {
    pub fn read(event: ConnectEvent) -> Result<Self, Refusal> {
        let patterns = event.parameter("subscribe").map(parse).collect::<Result<_, _>>()?;
        let echo = negotiate(event.header("sec-websocket-protocol"))?;
        let context = event.request_context;
        let connection = Connection {
            id: context.connection_id,
            protocol: CLOUDEVENTS_JSON.to_owned(),
            connected_at: context.connected_at,
        };
        Ok(Self { connection, patterns, echo })
    }
}

fn parse(text: &str) -> Result<Pattern, Refusal> {
    Pattern::parse(text).map_err(|reason| Refusal::BadPattern { pattern: text.to_owned(), reason })
}

fn negotiate<'a>(offers: impl Iterator<Item = &'a str>) -> Result<Option<&'static str>, Refusal> {
    let mut offers = offers.peekable();
    if offers.peek().is_none() {
        return Ok(None);
    }
    match offers.any(|offer| offer == CLOUDEVENTS_JSON) {
        true => Ok(Some(CLOUDEVENTS_JSON)),
        false => Err(Refusal::UnknownProtocol),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(parameters: Value, headers: Value) -> Result<Request, Refusal> {
        let event = json!({
            "requestContext": { "routeKey": "$connect", "connectionId": "a=", "connectedAt": 1234 },
            "multiValueQueryStringParameters": parameters,
            "multiValueHeaders": headers,
            "isBase64Encoded": false,
        });
        Request::read(serde_json::from_value(event).unwrap())
    }

    fn patterns(parameters: Value) -> Vec<String> {
        let request = read(parameters, Value::Null).unwrap();
        request.patterns.iter().map(Pattern::to_string).collect()
    }

    #[test]
    fn patterns_may_be_listed_or_repeated_and_each_counts_once() {
        let expected = ["orders/acme/*", "profiles/1"];
        assert_eq!(patterns(json!({ "subscribe": ["orders/acme/*,profiles/1"] })), expected);
        assert_eq!(patterns(json!({ "subscribe": ["orders/acme/*", "profiles/1, profiles/1"] })), expected);
    }

    #[test]
    fn who_asks_for_nothing_gets_nothing() {
        assert_eq!(patterns(Value::Null), [""; 0]);
        assert_eq!(patterns(json!({ "token": ["x"] })), [""; 0]);
    }

    #[test]
    fn a_bad_pattern_is_named_with_the_reason() {
        let refusal = read(json!({ "subscribe": ["orders/*,orders/*/x"] }), Value::Null).unwrap_err();
        assert!(refusal.to_string().starts_with("subscribe: \"orders/*/x\" has *"), "{refusal}");
        let refusal = read(json!({ "subscribe": [""] }), Value::Null).unwrap_err();
        assert_eq!(refusal.to_string(), "subscribe: \"\" is empty");
    }

    #[test]
    fn the_cloudevents_protocol_is_confirmed_wherever_it_stands() {
        for offers in
            [json!(["cloudevents.json"]), json!(["mqtt, cloudevents.json"]), json!(["x", "cloudevents.json"])]
        {
            let request = read(Value::Null, json!({ "SEC-WebSocket-Protocol": offers })).unwrap();
            assert_eq!(request.echo, Some("cloudevents.json"));
        }
    }

    #[test]
    fn no_protocol_is_confirmed_to_a_client_that_offers_none() {
        let request = read(Value::Null, json!({ "Host": ["localhost"] })).unwrap();
        assert_eq!(request.echo, None);
        assert_eq!(request.connection.protocol, "cloudevents.json");
    }

    #[test]
    fn a_client_that_speaks_only_other_protocols_is_refused() {
        let refusal = read(Value::Null, json!({ "Sec-WebSocket-Protocol": ["mqtt"] }));
        assert_eq!(refusal, Err(Refusal::UnknownProtocol));
    }
}
