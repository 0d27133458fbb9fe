//! The connections table against a DynamoDB in this process, over the wire.
#![allow(clippy::unwrap_used)]

mod changes;

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use dynoxide::Database;
use serde_json::json;
use tablecast_connections::{Connection, Connections, LIFETIME_SECONDS, Listener, MAX_PATTERNS, OpenError};
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;
use tokio::net::TcpListener;

const TABLE: &str = "connections";
const CONNECTED_AT: i64 = 1_800_000_000_123;
const EXPIRES_AT: i64 = 1_800_000_000 + LIFETIME_SECONDS;

async fn start() -> (Database, Connections) {
    let database = Database::memory().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let forever = std::future::pending::<()>();
    tokio::spawn(dynoxide::server::serve_with_shutdown(listener, database.clone(), forever));
    let definition = json!({
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" },
            { "AttributeName": "sk", "AttributeType": "S" },
        ],
        "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" },
            { "AttributeName": "sk", "KeyType": "RANGE" },
        ],
    });
    database.create_table(serde_json::from_value(definition).unwrap()).unwrap();
    (database, Connections::new(client(&url), TABLE))
}

fn client(url: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(url)
        .credentials_provider(Credentials::new("local", "local", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

fn connection(id: &str) -> Connection {
    let (protocol, connected_at) = (Protocol::Single, CONNECTED_AT);
    Connection { id: id.to_owned(), protocol, connected_at, identity: None }
}

fn listener(id: &str) -> Listener {
    let (protocol, types) = (Protocol::Single, BTreeSet::new());
    Listener { id: id.to_owned(), connected_at: CONNECTED_AT, ends_at: EXPIRES_AT, protocol, types }
}

fn patterns<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> BTreeSet<Pattern> {
    texts.into_iter().map(|text| pattern(text.as_ref())).collect()
}

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).unwrap()
}

fn items(database: &Database) -> usize {
    let request = serde_json::from_value(json!({ "TableName": TABLE, "Select": "COUNT" })).unwrap();
    database.scan(request).unwrap().count
}

#[tokio::test]
async fn a_connection_is_found_by_each_of_its_patterns_and_by_no_other() {
    let (_, connections) = start().await;
    connections.open(&connection("a="), patterns(["orders/*", "profiles/1"])).await.unwrap();
    let expected = [listener("a=")];
    for text in ["orders/*", "profiles/1"] {
        assert_eq!(connections.listeners(&pattern(text)).await.unwrap(), expected);
    }
    for text in ["*", "orders/1", "profiles/*"] {
        assert_eq!(connections.listeners(&pattern(text)).await.unwrap(), []);
    }
}

#[tokio::test]
async fn whoever_pushes_learns_the_protocol_from_the_mirror() {
    let (_, connections) = start().await;
    let batch = Connection { protocol: Protocol::Batch, ..connection("a") };
    connections.open(&batch, patterns(["orders/*"])).await.unwrap();
    let listeners = connections.listeners(&pattern("orders/*")).await.unwrap();
    assert_eq!(listeners, [Listener { protocol: Protocol::Batch, ..listener("a") }]);
}

#[tokio::test]
async fn a_connection_without_patterns_is_known_and_listens_to_nothing() {
    let (database, connections) = start().await;
    connections.open(&connection("a"), BTreeSet::new()).await.unwrap();
    assert_eq!(items(&database), 1);
}

#[tokio::test]
async fn as_many_patterns_as_a_transaction_holds_are_accepted_and_one_more_is_refused() {
    let (database, connections) = start().await;
    let most = patterns((0..MAX_PATTERNS).map(|n| format!("orders/{n}")));
    connections.open(&connection("a"), most).await.unwrap();
    assert_eq!(items(&database), 1 + 2 * MAX_PATTERNS);
    let too_many = patterns((0..=MAX_PATTERNS).map(|n| format!("orders/{n}")));
    let refusal = connections.open(&connection("b"), too_many).await.unwrap_err();
    assert!(matches!(refusal, OpenError::TooManyPatterns(50)), "{refusal}");
    assert_eq!(items(&database), 1 + 2 * MAX_PATTERNS);
}

#[tokio::test]
async fn a_forgotten_connection_leaves_nothing_behind_and_its_neighbour_everything() {
    let (database, connections) = start().await;
    for first in [0, MAX_PATTERNS] {
        let many = patterns((first..first + MAX_PATTERNS).map(|n| format!("orders/{n}")));
        connections.open(&connection("a"), many).await.unwrap();
    }
    connections.open(&connection("b"), patterns(["orders/1"])).await.unwrap();
    connections.forget("a", CONNECTED_AT).await.unwrap();
    assert_eq!(items(&database), 3);
    assert_eq!(connections.listeners(&pattern("orders/1")).await.unwrap()[0].id, "b");
}

#[tokio::test]
async fn forgetting_an_unknown_connection_is_no_error() {
    let (_, connections) = start().await;
    connections.forget("nobody", CONNECTED_AT).await.unwrap();
}

#[tokio::test]
async fn a_late_goodbye_does_not_touch_the_ids_new_owner() {
    let (database, connections) = start().await;
    connections.open(&connection("a"), patterns(["orders/*"])).await.unwrap();
    connections.forget("a", CONNECTED_AT - 1).await.unwrap();
    assert_eq!(items(&database), 3);
    connections.forget("a", CONNECTED_AT).await.unwrap();
    assert_eq!(items(&database), 0);
}

#[tokio::test]
async fn a_missing_table_is_named() {
    let (database, connections) = start().await;
    database.delete_table(serde_json::from_value(json!({ "TableName": TABLE })).unwrap()).unwrap();
    let error = connections.listeners(&pattern("*")).await.unwrap_err().to_string();
    assert!(error.contains(TABLE) && error.contains("ResourceNotFound"), "{error}");
}
