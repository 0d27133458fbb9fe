use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::super::identity::Identity;
use super::*;
use crate::clock::Clock;

fn stage() -> Stage {
    Stage {
        api_id: "abcd123".into(),
        name: "prod".into(),
        domain_name: "abcd123.execute-api.us-east-1.amazonaws.com".into(),
        execution_arn: "arn:aws:execute-api:us-east-1:123456789012:abcd123".into(),
    }
}

fn connection(user_agent: Option<&str>) -> Connection {
    let (mut connection, _) = Connection::new("AAAA1234=".into(), identity(user_agent), Clock::new());
    connection.connected_at = 1_707_502_303_419;
    connection
}

fn identity(user_agent: Option<&str>) -> Identity {
    Identity { source_ip: Ipv4Addr::new(192, 0, 2, 1).into(), user_agent: user_agent.map(str::to_owned) }
}

fn call() -> Call {
    Call { request_id: "ABCD1234=".into(), at: 1_707_502_303_420 }
}

fn fields(pairs: &[(&str, &[&str])]) -> Fields {
    pairs
        .iter()
        .map(|(name, values)| (name.to_string(), values.iter().map(|v| v.to_string()).collect()))
        .collect()
}

fn handshake(query: Fields) -> Handshake {
    Handshake {
        identity: identity(None),
        headers: fields(&[("Host", &["h"]), ("X-Tag", &["one", "two"])]),
        query,
        refusal: None,
    }
}

/// The context that all events share, with the members of one kind of event.
fn context(own: Value) -> Value {
    let mut context = json!({
        "extendedRequestId": "ABCD1234=",
        "requestTime": "09/Feb/2024:18:11:43 +0000",
        "messageDirection": "IN",
        "stage": "prod",
        "connectedAt": 1_707_502_303_419_u64,
        "requestTimeEpoch": 1_707_502_303_420_u64,
        "identity": {"sourceIp": "192.0.2.1"},
        "requestId": "ABCD1234=",
        "domainName": "abcd123.execute-api.us-east-1.amazonaws.com",
        "connectionId": "AAAA1234=",
        "apiId": "abcd123",
    });
    for (key, value) in own.as_object().unwrap() {
        context[key] = value.clone();
    }
    context
}

fn json_of(event: Event) -> Value {
    serde_json::to_value(event).unwrap()
}

#[test]
fn a_connect_event_has_the_shape_of_api_gateway() {
    let query = fields(&[("subscribe", &["orders/*", "profiles/*"])]);
    let (stage, connection, call) = (stage(), connection(None), call());
    let expected = json!({
        "headers": {"Host": "h", "X-Tag": "two"},
        "multiValueHeaders": {"Host": ["h"], "X-Tag": ["one", "two"]},
        "queryStringParameters": {"subscribe": "profiles/*"},
        "multiValueQueryStringParameters": {"subscribe": ["orders/*", "profiles/*"]},
        "requestContext": context(json!({"routeKey": "$connect", "eventType": "CONNECT"})),
        "isBase64Encoded": false,
    });
    assert_eq!(json_of(Event::connect(&stage, &connection, &call, &handshake(query))), expected);
}

#[test]
fn an_authorizer_event_has_the_shape_of_api_gateway() {
    let (stage, connection, call) = (stage(), connection(None), call());
    let expected = json!({
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:us-east-1:123456789012:abcd123/prod/$connect",
        "headers": {"Host": "h", "X-Tag": "two"},
        "multiValueHeaders": {"Host": ["h"], "X-Tag": ["one", "two"]},
        "queryStringParameters": {"token": "t"},
        "multiValueQueryStringParameters": {"token": ["t"]},
        "stageVariables": {},
        "requestContext": context(json!({"routeKey": "$connect", "eventType": "CONNECT"})),
    });
    let handshake = handshake(fields(&[("token", &["t"])]));
    let event = AuthorizerEvent::new(&stage, &connection, &call, &handshake);
    assert_eq!(serde_json::to_value(event).unwrap(), expected);
}

#[test]
fn without_a_query_string_there_are_no_query_parameters() {
    let (stage, connection, call) = (stage(), connection(None), call());
    let event = json_of(Event::connect(&stage, &connection, &call, &handshake(Fields::new())));
    assert_eq!(event.get("queryStringParameters"), None);
    assert_eq!(event.get("multiValueQueryStringParameters"), None);
}

#[test]
fn a_message_event_has_a_body_and_neither_headers_nor_query() {
    let (stage, connection, call) = (stage(), connection(None), call());
    let body = r#"{"action": "chat"}"#;
    let expected = json!({
        "requestContext": context(json!({"routeKey": "chat", "eventType": "MESSAGE", "messageId": "M="})),
        "body": body,
        "isBase64Encoded": false,
    });
    let event = Event::message(&stage, &connection, &call, "chat", "M=".into(), body);
    assert_eq!(json_of(event), expected);
}

#[test]
fn a_disconnect_event_contains_the_close_code_and_reason() {
    let (stage, connection, call) = (stage(), connection(None), call());
    let host = "abcd123.execute-api.us-east-1.amazonaws.com";
    let expected = json!({
        "headers": {"Host": host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""},
        "multiValueHeaders": {"Host": [host], "x-api-key": [""], "X-Forwarded-For": [""], "x-restapi": [""]},
        "requestContext": context(json!({
            "routeKey": "$disconnect",
            "eventType": "DISCONNECT",
            "disconnectStatusCode": 1005,
            "disconnectReason": "Client-side close frame status not set",
        })),
        "isBase64Encoded": false,
    });
    let reason = CloseReason::by_client(None);
    assert_eq!(json_of(Event::disconnect(&stage, &connection, &call, &reason)), expected);
}

#[test]
fn the_identity_contains_the_user_agent_of_the_client() {
    let (stage, connection, call) = (stage(), connection(Some("wscat")), call());
    let event = json_of(Event::message(&stage, &connection, &call, "chat", "M=".into(), ""));
    assert_eq!(event["requestContext"]["identity"], json!({"sourceIp": "192.0.2.1", "userAgent": "wscat"}));
}
