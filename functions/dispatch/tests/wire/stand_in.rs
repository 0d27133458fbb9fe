//! `@connections`, the bus and DynamoDB on one port. Faults are planned; a test ends by asking whether they fired.

mod answers;
mod log;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use axum::Router;
use axum::routing::post;
use dispatch::{Deadline, Dispatch, Limits, Settings};
use dynoxide::Database;
use serde_json::{Value, json};
use tablecast_bus::Patience;
use tablecast_connections::{Connection, Connections};
use tablecast_definitions::folder;
use tablecast_definitions::sources::Sources;
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;

#[derive(Clone)]
pub enum Fault {
    /// A bare status, as a proxy in between would answer.
    Status(u16),
    /// A status with AWS's error type.
    Error(u16, &'static str),
    /// No answer at all.
    Hang,
    /// The right answer, that late.
    Slow(Duration),
    /// Of PutEvents: one error code, or none, for each entry.
    Entries(Vec<Option<&'static str>>),
}

#[derive(Default)]
pub struct Seen {
    /// (connection, frame), as they came.
    pub posts: Vec<(String, String)>,
    /// The connection of each attempt to close one.
    pub closed: Vec<String>,
    /// The entries of each PutEvents.
    pub puts: Vec<Vec<Value>>,
    /// The line of each batch.
    pub metrics: Vec<Value>,
    /// How many items DynamoDB read for each Query.
    pub items_read: Vec<u64>,
}

#[derive(Clone)]
pub struct StandIn {
    pub seen: Arc<Mutex<Seen>>,
    /// By connection id (its closing: `DELETE <id>`), or by operation: `PutEvents`, `Query`, `PutItem`,
    /// `TransactWriteItems`; on the log, `log PutItem` and so on.
    plan: Arc<Mutex<HashMap<String, VecDeque<Fault>>>>,
    pub database: Database,
    address: String,
}

/// What an event is longer by once it is in the log, of a batch's first nine.
pub const POSITION: usize = r#""position":"0123456789abcdef-1","#.len();

pub const LIMITS: Limits = Limits {
    connections: 8,
    post: Duration::from_millis(200),
    retries: 3,
    settling: Duration::from_millis(600),
    connecting: Duration::from_secs(29),
    backoff: Duration::from_millis(1),
    bus: Patience { request: Duration::from_millis(400), rounds: 3, backoff: Duration::from_millis(1) },
};

impl StandIn {
    pub async fn start() -> Self {
        log::capture();
        let database = Database::memory().unwrap();
        ["connections", "log", "rejected"].iter().for_each(|table| create(&database, table));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (seen, plan) = Default::default();
        let stand_in = Self { seen, plan, database, address };
        let router = Router::new()
            .route("/@connections/{id}", post(answers::posted).delete(answers::closed))
            .route("/", post(answers::called))
            .with_state(stand_in.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        stand_in
    }

    pub fn plan(&self, who: &str, faults: impl IntoIterator<Item = Fault>) {
        self.plan.lock().unwrap().entry(who.to_owned()).or_default().extend(faults);
    }

    pub fn all_faults_fired(&self) -> bool {
        self.plan.lock().unwrap().values().all(VecDeque::is_empty)
    }

    fn next_fault(&self, who: &str) -> Option<Fault> {
        self.plan.lock().unwrap().get_mut(who)?.pop_front()
    }

    /// A connection that has been there for so long.
    pub async fn connect(&self, id: &str, patterns: &[&str], age: Duration) {
        self.connect_as(connection(id, age), patterns).await;
    }

    pub async fn connect_as(&self, connection: Connection, patterns: &[&str]) {
        let patterns: BTreeSet<Pattern> = patterns.iter().map(|text| Pattern::parse(text).unwrap()).collect();
        self.connections().open(&connection, patterns).await.unwrap();
    }

    pub fn connections(&self) -> Connections {
        Connections::new(aws_sdk_dynamodb::Client::new(&self.aws()), "connections")
    }

    /// What is in the table from the start: writing so many items one by one would take long.
    pub fn import(&self, items: Vec<Value>) {
        let items = serde_json::from_value(Value::Array(items)).unwrap();
        self.database.import_items("connections", items, dynoxide::ImportOptions::default()).unwrap();
    }

    pub async fn dispatch(&self, elements: Value) -> Result<Vec<String>, String> {
        self.dispatch_within(elements, Duration::from_secs(60)).await
    }

    /// The eventIDs that were returned.
    pub async fn dispatch_within(&self, elements: Value, left: Duration) -> Result<Vec<String>, String> {
        let settings = Settings {
            connections_table: "connections".to_owned(),
            log_table: "log".to_owned(),
            rejected_table: "rejected".to_owned(),
            bus_name: "tablecast".to_owned(),
            management_endpoint: self.address.clone(),
        };
        let dispatch = Dispatch::new(&self.aws(), settings, sources(), LIMITS);
        let elements = serde_json::from_str(&elements.to_string()).unwrap();
        let report = dispatch.handle(elements, Deadline::after(left)).await;
        let line = report.metrics.line("tablecast", &Default::default(), SystemTime::now());
        self.seen.lock().unwrap().metrics.push(line);
        let failures = report.answer.map_err(|error| error.to_string())?.batch_item_failures;
        Ok(failures.into_iter().map(|failure| failure.item_identifier).collect())
    }

    fn aws(&self) -> tablecast_aws::SdkConfig {
        let credentials = Credentials::new("local", "local", None, None, "test");
        tablecast_aws::SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(&self.address)
            .build()
    }

    /// The ids of the events that a connection received, in order.
    pub fn received(&self, id: &str) -> Vec<String> {
        self.frames(id).iter().map(|frame| id_of(frame)).collect()
    }

    pub fn frames(&self, id: &str) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        let frames = seen.posts.iter().filter(|(connection, _)| connection == id);
        frames.map(|(_, frame)| frame.clone()).collect()
    }

    /// The ids of the events that were offered to the bus, by request.
    pub fn offered(&self) -> Vec<Vec<String>> {
        let seen = self.seen.lock().unwrap();
        let ids =
            |put: &Vec<Value>| put.iter().map(|entry| id_of(entry["Detail"].as_str().unwrap())).collect();
        seen.puts.iter().map(ids).collect()
    }

    /// The values of a field in this test's log, of lines of that level.
    pub fn logged(&self, level: &str, field: &str) -> Vec<Value> {
        let lines = log::lines().into_iter().filter(|line| line["level"] == level);
        lines.filter_map(|mut line| line.get_mut(field).map(Value::take)).collect()
    }

    /// What the last batch told of that name.
    pub fn metric(&self, name: &str) -> Value {
        self.seen.lock().unwrap().metrics.last().unwrap()[name].clone()
    }

    pub fn items(&self, table: &str) -> Vec<Value> {
        let request = serde_json::from_value(json!({ "TableName": table })).unwrap();
        let answer = serde_json::to_value(self.database.scan(request).unwrap()).unwrap();
        answer["Items"].as_array().unwrap().clone()
    }
}

pub fn connection(id: &str, age: Duration) -> Connection {
    let connected_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() - age;
    let connected_at = connected_at.as_millis() as i64;
    Connection { id: id.to_owned(), protocol: Protocol::Single, connected_at, identity: None }
}

/// One record with one event: eventID `e<n>`, id `<n>`.
pub fn element(n: usize, subject: &str) -> Value {
    element_with(n, subject, "")
}

pub fn element_with(n: usize, subject: &str, data: &str) -> Value {
    let event = json!({
        "id": n.to_string(), "source": "tablecast/orders", "type": "order.placed.v1", "subject": subject,
        "time": "2026-11-23T05:00:00Z", "data": data,
    });
    json!({ "eventID": format!("e{n}"), "pipe": "orders", "events": [event] })
}

/// Of this project's pipe files.
fn sources() -> Sources {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../pipes"));
    Sources::compile(&folder::read(folder, "yaml").unwrap()).unwrap()
}

fn id_of(event: &str) -> String {
    serde_json::from_str::<Value>(event).unwrap()["id"].as_str().unwrap().to_owned()
}

fn create(database: &Database, table: &str) {
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
}
