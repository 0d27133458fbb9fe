use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config};
use serde_json::{Value, json};
use tablecast_definitions::grant::Grants;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_stand_in::{Fault, StandIn, logs};

use super::*;

/// The default.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The lines of this test, from INFO on.
fn lines() -> Vec<Value> {
    let lines = logs::text().lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>();
    lines.into_iter().filter(|line| line["level"] != "DEBUG").collect()
}

/// The response and the log lines. The DynamoDB client has no configuration, so all its calls fail.
async fn respond(patterns: &str, protocol: &str) -> (Value, Vec<Value>) {
    logs::capture();
    let before = lines().len();
    let config = Config::builder().behavior_version(BehaviorVersion::latest()).build();
    let connections = Connections::new(Client::from_conf(config), "connections");
    let connect = Connect::new(connections, Access::Open);
    let event = json!({
        "requestContext": { "connectionId": "a=", "connectedAt": 1234 },
        "multiValueQueryStringParameters": { "subscribe": [patterns], "token": ["secret"] },
        "multiValueHeaders": { "Sec-WebSocket-Protocol": [protocol] },
    });
    let response = connect.handle(serde_json::from_value(event).unwrap(), TIMEOUT).await;
    (serde_json::to_value(response).unwrap(), lines().split_off(before))
}

#[tokio::test]
async fn a_refusal_has_its_reason_in_body_and_log_without_secrets() {
    let many = (0..50).map(|n| format!("orders/{n}")).collect::<Vec<_>>().join(",");
    for (patterns, protocol, reason) in [
        ("orders/*,orders/*/1", "cloudevents.json", "subscribe: \"orders/*/1\" has a misplaced *"),
        ("orders/*", "secret", "none of the offered sub-protocols"),
        (&many, "cloudevents.json", "50 patterns are too many"),
    ] {
        let (response, log) = respond(patterns, protocol).await;
        assert_eq!(response["statusCode"], 400);
        let body: Value = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
        assert!(body["message"].as_str().unwrap().starts_with(reason), "{body}");
        assert_eq!(log.len(), 1);
        assert_eq!([&log[0]["level"], &log[0]["connection"]], ["INFO", "a="]);
        assert_eq!(log[0]["reason"], body["message"]);
        assert!(!log[0].to_string().contains("secret"), "{log:?}");
    }
}

#[tokio::test]
async fn a_connection_whose_claims_fill_no_grant_is_logged_without_their_values() {
    let text = "table: orders\nsubject: '\"x\"'\ngrant: '\"orders/\" + claims.tenant'\nevents: []\n";
    let file = DefinitionFile { file: "orders.yaml".into(), name: "orders".into(), text: text.into() };
    let access = Access::Granted(Grants::compile(&[file]).unwrap());
    let context =
        json!({ "principalId": "ada", "claims": r#"{"tenant":"secret/x"}"#, "expires_at": "1800000000" });
    let event =
        json!({ "requestContext": { "connectionId": "a=", "connectedAt": 1, "authorizer": context } });
    let request = Request::read(serde_json::from_value(event).unwrap(), &access).unwrap();
    logs::capture();
    log_grants("a=", &request);
    let lines = lines();
    assert_eq!(
        lines[0]["unfilled"],
        "pipe orders: claims.tenant is empty or contains / or *, which would change the subject"
    );
    assert!(lines.len() == 1 && !lines[0].to_string().contains("secret"), "{lines:?}");
}

#[tokio::test]
async fn a_connection_that_cannot_be_stored_is_not_accepted() {
    let (response, log) = respond("orders/*", "cloudevents.json").await;
    assert_eq!(response["statusCode"], 500);
    assert_eq!(log[0]["level"], "ERROR");
    assert!(!log[0].to_string().contains("secret"), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn a_table_that_hangs_gives_500_and_a_failure_before_the_timeout() {
    let stand_in = StandIn::in_process(&["connections"]);
    stand_in.plan_always("connections TransactWriteItems", Some(Fault::Hang));
    let connect = Connect::new(Connections::new(stand_in.dynamodb(), "connections"), Access::Open);
    let event = json!({
        "requestContext": { "connectionId": "a=", "connectedAt": 1234 },
        "multiValueQueryStringParameters": { "subscribe": ["orders/*"] },
        "multiValueHeaders": { "Sec-WebSocket-Protocol": ["cloudevents.json"] },
    });
    let handled = connect.handle(serde_json::from_value(event).unwrap(), TIMEOUT);
    let response = timeout(TIMEOUT, handled).await.unwrap();
    let line = response.metrics().line("tablecast", &Default::default(), std::time::SystemTime::now());
    let status = serde_json::to_value(response).unwrap()["statusCode"].clone();
    assert_eq!((status, &line["Failed"]), (json!(500), &json!(1)));
}
