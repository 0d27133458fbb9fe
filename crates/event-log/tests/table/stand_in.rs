//! DynamoDB, and what may happen on the way to it and back.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use dynoxide::Database;
use serde_json::{Value, json};
use tablecast_event_log::{Appended, Entry, Logs};
use tablecast_protocol::Position;

pub const PIPE: &str = "orders";
pub const KEEP: Duration = Duration::from_secs(7 * 24 * 3600);
/// Milliseconds since the epoch.
pub const NOW: i64 = 1_800_000_000_000;
pub const SECOND: i64 = 1000;
pub const DAY: i64 = 24 * 3600 * SECOND;

#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// It is not done.
    Refused,
    /// It is done, and the answer is lost.
    Unanswered,
    /// Nothing happens to this one.
    None,
}

#[derive(Clone)]
pub struct StandIn {
    pub database: Database,
    /// For writes, in turn.
    faults: Arc<Mutex<VecDeque<Fault>>>,
    /// DynamoDB's operations.
    calls: Arc<Mutex<Vec<String>>>,
    url: String,
}

impl StandIn {
    pub async fn start() -> Self {
        let database = Database::memory().unwrap();
        create(&database);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stand_in = Self { database, faults: Arc::default(), calls: Arc::default(), url };
        let router = Router::new().route("/", post(called)).with_state(stand_in.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        stand_in
    }

    /// As another process would see the table.
    pub fn logs(&self) -> Logs {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(&self.url)
            .credentials_provider(Credentials::new("local", "local", None, None, "test"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        Logs::new(Client::from_conf(config), "log")
    }

    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.lock().unwrap().extend(faults);
    }

    pub fn all_faults_fired(&self) -> bool {
        self.faults.lock().unwrap().is_empty()
    }

    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }

    pub fn items(&self) -> Vec<Value> {
        let mut request = json!({
            "TableName": "log", "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": { ":pk": { "S": PIPE } },
        });
        let mut items = Vec::new();
        loop {
            let page = self.database.query(serde_json::from_value(request.clone()).unwrap()).unwrap();
            let page = serde_json::to_value(page).unwrap();
            items.extend(page["Items"].as_array().unwrap().iter().cloned());
            match page.get("LastEvaluatedKey") {
                Some(last) if !last.is_null() => request["ExclusiveStartKey"] = last.clone(),
                _ => return items,
            }
        }
    }

    pub fn remove(&self, item: &Value) {
        let key = json!({ "pk": item["pk"], "sk": item["sk"] });
        let request = serde_json::from_value(json!({ "TableName": "log", "Key": key }));
        self.database.delete_item(request.unwrap()).unwrap();
    }

    /// All that is in the log, by offset, and that there is no hole.
    pub async fn told(&self, now: i64) -> Vec<String> {
        let logs = self.logs();
        let end = logs.end(PIPE, KEEP, now).await.unwrap();
        let origin = Position { offset: 0, ..end };
        let events =
            logs.resume(PIPE, &origin.to_string(), KEEP, now, 1000, |_| true).await.unwrap().events.unwrap();
        let offsets: Vec<_> = events.iter().map(|event| event.position.offset).collect();
        assert_eq!(offsets, (1..=end.offset).collect::<Vec<_>>());
        events.iter().map(|event| id_of(&event.text)).collect()
    }
}

pub fn id_of(event: &str) -> String {
    serde_json::from_str::<Value>(event).unwrap()["id"].as_str().unwrap().to_owned()
}

/// An event whose id it is.
pub fn text(id: &str) -> String {
    json!({ "id": id, "type": "order.placed.v1", "subject": "orders/acme/1", "data": {} }).to_string()
}

/// Ids with their events, appended at once.
pub async fn try_append(
    logs: &Logs,
    ids: &[&str],
    now: i64,
) -> Result<Appended, tablecast_event_log::AppendError> {
    let texts: Vec<_> = ids.iter().map(|id| text(id)).collect();
    let entries: Vec<_> = ids.iter().zip(&texts).map(|(id, text)| Entry { id, text }).collect();
    logs.append(PIPE, &entries, KEEP, now).await
}

/// Appended, sent and settled: their offsets.
pub async fn append(logs: &Logs, ids: &[&str], now: i64) -> Vec<u64> {
    let appended = try_append(logs, ids, now).await.unwrap();
    let offsets = offsets(&appended);
    logs.settle(appended);
    offsets
}

pub fn offsets(appended: &Appended) -> Vec<u64> {
    appended.positions.iter().map(|position| position.offset).collect()
}

async fn called(State(stand_in): State<StandIn>, headers: HeaderMap, body: String) -> Response {
    let (_, operation) = headers["x-amz-target"].to_str().unwrap().split_once('.').unwrap();
    stand_in.calls.lock().unwrap().push(operation.to_owned());
    let write = operation != "Query";
    let fault = write.then(|| stand_in.faults.lock().unwrap().pop_front()).flatten();
    let answer = || answer(&stand_in.database, operation, &body);
    match fault {
        Some(Fault::Refused) => error(StatusCode::BAD_REQUEST, "AccessDeniedException"),
        Some(Fault::Unanswered) => {
            answer();
            error(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError")
        }
        Some(Fault::None) | None => answer(),
    }
}

fn answer(database: &Database, operation: &str, body: &str) -> Response {
    let result = match operation {
        "Query" => database.query(serde_json::from_str(body).unwrap()).map(to_text),
        "PutItem" => database.put_item(serde_json::from_str(body).unwrap()).map(to_text),
        "UpdateItem" => database.update_item(serde_json::from_str(body).unwrap()).map(to_text),
        other => panic!("a log has no use for {other}"),
    };
    match result {
        Ok(text) => text.into_response(),
        Err(failure) if failure.to_string().contains("conditional") => {
            error(StatusCode::BAD_REQUEST, "ConditionalCheckFailedException")
        }
        Err(failure) => panic!("{operation}: {failure}"),
    }
}

fn to_text(answer: impl serde::Serialize) -> String {
    serde_json::to_string(&answer).unwrap()
}

fn error(status: StatusCode, code: &str) -> Response {
    let body = json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "planned" });
    (status, body.to_string()).into_response()
}

fn create(database: &Database) {
    let definition = json!({
        "TableName": "log",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "sk", "AttributeType": "S" },
        ],
        "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" },
        ],
    });
    database.create_table(serde_json::from_value(definition).unwrap()).unwrap();
}
