//! What DynamoDB may answer and an emulator does not: an empty page with more to come, an id taken meanwhile.
#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::{Value, json};
use tablecast_connections::{ChangeError, Connections};
use tablecast_protocol::subject::Pattern;

/// Answers in turn, and what was asked.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<(StatusCode, Value)>>>,
    requests: Arc<Mutex<Vec<Value>>>,
}

async fn answer(State(script): State<Script>, request: String) -> (StatusCode, String) {
    script.requests.lock().unwrap().push(serde_json::from_str(&request).unwrap());
    let (status, body) = script.answers.lock().unwrap().pop_front().unwrap();
    (status, body.to_string())
}

async fn start<const N: usize>(answers: [(StatusCode, Value); N]) -> (Connections, Script) {
    let script = Script { answers: Arc::new(Mutex::new(answers.into())), ..Script::default() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/", post(answer)).with_state(script.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(url)
        .credentials_provider(Credentials::new("local", "local", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    (Connections::new(Client::from_conf(config), "connections"), script)
}

fn item(pk: &str, sk: &str) -> Value {
    json!({
        "pk": { "S": pk }, "sk": { "S": sk }, "connected_at": { "N": "1" }, "expires_at": { "N": "2000" },
        "ends_at": { "N": "2000" },
    })
}

#[tokio::test]
async fn every_page_is_read_also_after_an_empty_one() {
    let next = json!({ "pk": { "S": "subscription#*" }, "sk": { "S": "connection#a" } });
    let empty = json!({ "Items": [], "Count": 0, "LastEvaluatedKey": next });
    let last = json!({ "Items": [item("subscription#*", "connection#b")], "Count": 1 });
    let (connections, script) = start([(StatusCode::OK, empty), (StatusCode::OK, last)]).await;
    let listeners = connections.listeners(&Pattern::parse("*").unwrap()).await.unwrap();
    assert_eq!(listeners[0].id, "b");
    let requests = script.requests.lock().unwrap();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1]["ExclusiveStartKey"], next);
    assert!(requests.iter().all(|request| request["ConsistentRead"] == true));
}

async fn forget_when_cancelled_because_of(code: &str) -> Result<(), String> {
    let found = json!({ "Items": [item("connection#a", "connection")], "Count": 1 });
    let cancelled = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons": [{ "Code": code }],
    });
    let answers = [
        (StatusCode::OK, found),
        (StatusCode::BAD_REQUEST, cancelled),
        (StatusCode::OK, json!({ "Items": [] })),
    ];
    let (connections, script) = start(answers).await;
    let outcome = connections.forget("a", 1).await;
    assert!(script.requests.lock().unwrap().len() >= 2, "the fault did not fire");
    outcome.map_err(|error| error.to_string())
}

#[tokio::test]
async fn an_id_taken_between_reading_and_deleting_stays_with_its_new_owner() {
    assert_eq!(forget_when_cancelled_because_of("ConditionalCheckFailed").await, Ok(()));
}

#[tokio::test]
async fn any_other_cancelled_transaction_is_an_error() {
    let error = forget_when_cancelled_because_of("ThrottlingError").await.unwrap_err();
    assert!(error.contains("connections"), "{error}");
}

#[tokio::test]
async fn what_does_not_fit_in_one_transaction_is_removed_in_several_and_the_connection_last() {
    let mut items = vec![item("connection#a", "connection")];
    items.extend((0..51).map(|n| item("connection#a", &format!("subscription#orders/{n:02}"))));
    let found = json!({ "Items": items, "Count": 52 });
    let answers = [found, json!({}), json!({}), json!({ "Items": [] })].map(|body| (StatusCode::OK, body));
    let (connections, script) = start(answers).await;
    connections.forget("a", 1).await.unwrap();
    let requests = script.requests.lock().unwrap();
    let deletes = requests[1..3].iter().map(|request| request["TransactItems"].as_array().unwrap());
    assert_eq!(deletes.clone().map(Vec::len).collect::<Vec<_>>(), [100, 3]);
    let last = deletes.flatten().last().unwrap();
    assert_eq!(last["Delete"]["Key"]["sk"]["S"], "connection");
}

#[tokio::test]
async fn a_subscription_that_came_while_its_connection_was_forgotten_is_forgotten_too() {
    let found = json!({ "Items": [item("connection#a", "connection")] });
    let late = json!({ "Items": [item("connection#a", "subscription#orders/1")] });
    let answers =
        [found, json!({}), late, json!({}), json!({ "Items": [] })].map(|body| (StatusCode::OK, body));
    let (connections, script) = start(answers).await;
    connections.forget("a", 1).await.unwrap();
    let requests = script.requests.lock().unwrap();
    assert_eq!(requests.len(), 5);
    assert_eq!(requests[3]["TransactItems"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_change_that_collides_with_another_is_overtaken_and_any_other_failure_is_an_error() {
    for (code, overtaken) in
        [("ConditionalCheckFailed", true), ("TransactionConflict", true), ("ThrottlingError", false)]
    {
        let found = json!({ "Items": [item("connection#a", "connection")] });
        let cancelled = json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "CancellationReasons": [{ "Code": code }],
        });
        let answers = [(StatusCode::OK, found), (StatusCode::BAD_REQUEST, cancelled)];
        let (connections, _) = start(answers).await;
        let session = connections.find("a").await.unwrap().unwrap();
        let error = connections.change(&session, &[]).await.unwrap_err();
        assert_eq!(matches!(error, ChangeError::Overtaken), overtaken, "{error}");
    }
}
