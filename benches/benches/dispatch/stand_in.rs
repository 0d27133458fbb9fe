//! A stand-in of `@connections`, the bus and DynamoDB on one port. It accepts all requests and counts them.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::serve::ListenerExt;
use dynoxide::{Database, ImportOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::scenario::Scenario;

#[derive(Clone)]
pub struct StandIn {
    pub address: String,
    database: Database,
    frames: Arc<AtomicUsize>,
    other_requests: Arc<AtomicUsize>,
}

impl StandIn {
    pub async fn start(scenario: &Scenario) -> Self {
        let database = Database::memory().unwrap();
        fill(&database, "connections", scenario.connections());
        fill(&database, "log", Vec::new());
        fill(&database, "samples", scenario.samples());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (frames, other_requests) = Default::default();
        let stand_in = Self { address, database, frames, other_requests };
        let router = Router::new()
            .route("/@connections/{id}", post(take))
            .route("/", post(call))
            .with_state(stand_in.clone());
        // Without TCP_NODELAY each response waits 40 ms for an acknowledgement.
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        stand_in
    }

    /// Returns the numbers of frames and of other requests since the last call.
    pub fn counts(&self) -> (usize, usize) {
        (self.frames.swap(0, Ordering::Relaxed), self.other_requests.swap(0, Ordering::Relaxed))
    }
}

fn fill(database: &Database, table: &str, items: Vec<Value>) {
    let definition = json!({
        "TableName": table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "sk", "AttributeType": "S" },
        ],
        "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" },
        ],
    });
    database.create_table(serde_json::from_value(definition).unwrap()).unwrap();
    let items = serde_json::from_value(Value::Array(items)).unwrap();
    database.import_items(table, items, ImportOptions::default()).unwrap();
}

async fn take(State(stand_in): State<StandIn>, _frame: String) -> StatusCode {
    stand_in.frames.fetch_add(1, Ordering::Relaxed);
    StatusCode::OK
}

async fn call(State(stand_in): State<StandIn>, headers: HeaderMap, body: String) -> String {
    stand_in.other_requests.fetch_add(1, Ordering::Relaxed);
    let (_, operation) = headers["x-amz-target"].to_str().unwrap().split_once('.').unwrap();
    let operation = operation.to_owned();
    tokio::task::spawn_blocking(move || respond(&stand_in.database, &operation, &body)).await.unwrap()
}

fn respond(database: &Database, operation: &str, body: &str) -> String {
    match operation {
        "PutEvents" => {
            let entries = body.matches("\"Detail\":").count();
            json!({ "FailedEntryCount": 0, "Entries": vec![json!({ "EventId": "1" }); entries] }).to_string()
        }
        "DescribeEventBus" => json!({ "Name": "tablecast" }).to_string(),
        "GetItem" => answer(body, |request| database.get_item(request)),
        "Query" => answer(body, |request| database.query(request)),
        "PutItem" => answer(body, |request| database.put_item(request)),
        "UpdateItem" => answer(body, |request| database.update_item(request)),
        "Scan" => answer(body, |request| database.scan(request)),
        other => panic!("stand-in: unexpected operation {other}. Add it to `respond`."),
    }
}

fn answer<Q: DeserializeOwned, R: Serialize, E: Debug>(
    body: &str,
    call: impl FnOnce(Q) -> Result<R, E>,
) -> String {
    serde_json::to_string(&call(serde_json::from_str(body).unwrap()).unwrap()).unwrap()
}
