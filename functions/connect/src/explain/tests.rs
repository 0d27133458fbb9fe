//! Over the wire: the real SDK client, and a DynamoDB in this process.

use std::time::Duration;

use serde_json::{Value, json};
use tablecast_connections::Connections;
use tablecast_definitions::grant::Grants;
use tablecast_protocol::ConnectionRefusal;
use tablecast_stand_in::{Fault, StandIn};

use super::*;
use crate::Connect;

const TIMEOUT: Duration = Duration::from_secs(10);

const EXPLAIN: &str = "cloudevents-batch.json, tablecast.explain";

async fn stand_in() -> StandIn {
    StandIn::start(&["connections"]).await
}

/// Returns the function's response, and how often it counted a refusal and an explanation.
async fn respond(stand_in: &StandIn, access: Access, event: Value) -> (Value, [Value; 3]) {
    let connections = Connections::new(stand_in.dynamodb(), "connections");
    let connect = Connect::new(connections, access);
    let response = connect.handle(serde_json::from_value(event).unwrap(), TIMEOUT).await;
    let line = response.metrics().line("tablecast", &Default::default(), std::time::SystemTime::now());
    let counts = ["Connected", "Refused", "Explained"].map(|name| line[name].clone());
    (serde_json::to_value(response).unwrap(), counts)
}

fn event(authorizer: Value, subscribe: &str, offers: &str) -> Value {
    json!({
        "requestContext": { "connectionId": "a=", "connectedAt": 1_800_000_000_000_i64, "authorizer": authorizer },
        "multiValueQueryStringParameters": { "subscribe": [subscribe] },
        "multiValueHeaders": { "Sec-WebSocket-Protocol": [offers] },
    })
}

/// A valid token that grants nothing.
fn ada() -> Value {
    json!({ "principalId": "ada", "claims": r#"{"sub":"ada"}"#, "expires_at": "1800003600" })
}

fn no_grants() -> Access {
    Access::Granted(Grants::compile(&[]).unwrap())
}

fn opened() -> Value {
    json!({ "statusCode": 200, "headers": { "Sec-WebSocket-Protocol": "cloudevents-batch.json" } })
}

#[tokio::test]
async fn a_connection_that_authorize_refused_opens_and_nothing_is_stored() {
    let refused = Refused::new(ConnectionRefusal::TokenMissing, "no token");
    let refusal = RefusedConnection { refused, protocol: Protocol::Batch }.text();
    // Even claims beside a refusal would grant nothing.
    for mut context in [json!({ "principalId": "refused" }), ada()] {
        for access in [no_grants(), Access::Open] {
            let stand_in = stand_in().await;
            context["refusal"] = json!(refusal);
            let (response, counts) =
                respond(&stand_in, access, event(context.clone(), "orders/*", EXPLAIN)).await;
            assert_eq!((response, counts), (opened(), [0, 1, 1].map(|count| json!(count))));
            assert_eq!(stand_in.seen().operations(), [""; 0]);
        }
    }
}

#[tokio::test]
async fn a_refusal_that_cannot_be_read_is_a_401() {
    let stand_in = stand_in().await;
    let context = json!({ "principalId": "refused", "refusal": "?" });
    let (response, _) = respond(&stand_in, Access::Open, event(context, "orders/*", EXPLAIN)).await;
    assert_eq!(response["statusCode"], 401);
    assert_eq!(stand_in.items("connections"), [Value::Null; 0]);
}

#[tokio::test]
async fn a_refusal_of_connect_is_stored_without_claims_and_subscriptions() {
    let many = (0..50).map(|n| format!("orders/{n}")).collect::<Vec<_>>().join(",");
    for (access, subscribe, status, reason) in [
        (no_grants(), "orders/acme/*", 403, "not-granted"),
        (no_grants(), "orders/*/x", 400, "bad-request"),
        (Access::Open, &many, 400, "bad-request"),
    ] {
        let stand_in = stand_in().await;
        let (response, counts) = respond(&stand_in, access, event(ada(), subscribe, EXPLAIN)).await;
        assert_eq!((response, counts), (opened(), [0, 1, 1].map(|count| json!(count))));
        let items = stand_in.items("connections");
        assert_eq!((items.len(), items[0].get("claims")), (1, None), "{items:?}");
        let refusal: Value = serde_json::from_str(items[0]["refusal"]["S"].as_str().unwrap()).unwrap();
        assert_eq!([&refusal["status"], &refusal["reason"]], [&json!(status), &json!(reason)]);
        assert!(!refusal["message"].as_str().unwrap().contains("grant` in the pipe files"), "{refusal}");
    }
}

#[tokio::test]
async fn a_client_that_does_not_request_the_reason_gets_the_status() {
    for (subscribe, offers, status) in [
        ("orders/acme/*", "cloudevents.json", 403),
        ("orders/*/x", "cloudevents.json", 400),
        ("orders/*", "tablecast.explain", 400),
        ("orders/*", "mqtt, tablecast.explain", 400),
    ] {
        let stand_in = stand_in().await;
        let (response, counts) = respond(&stand_in, no_grants(), event(ada(), subscribe, offers)).await;
        assert_eq!((&response["statusCode"], counts), (&json!(status), [0, 1, 0].map(|count| json!(count))));
        assert_eq!(stand_in.items("connections"), [Value::Null; 0]);
    }
}

/// Somebody without a token must not fill the table.
#[tokio::test]
async fn without_an_authorizer_every_client_gets_a_status_and_nothing_is_stored() {
    for (subscribe, status) in [("orders/acme/*", 401), ("orders/*/x", 400)] {
        let stand_in = stand_in().await;
        let (response, _) = respond(&stand_in, no_grants(), event(Value::Null, subscribe, EXPLAIN)).await;
        assert_eq!(response["statusCode"], status);
        assert_eq!(stand_in.items("connections"), [Value::Null; 0]);
    }
}

#[tokio::test]
async fn a_refusal_that_cannot_be_stored_is_a_status() {
    let stand_in = stand_in().await;
    stand_in.plan_always("connections TransactWriteItems", Some(Fault::Error(400, "AccessDeniedException")));
    let (response, counts) = respond(&stand_in, no_grants(), event(ada(), "orders/acme/*", EXPLAIN)).await;
    assert_eq!((&response["statusCode"], counts), (&json!(403), [0, 1, 0].map(|count| json!(count))));
}
