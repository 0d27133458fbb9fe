//! The function `subscribe` with a stand-in for AWS.

use std::ops::Deref;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use subscribe::{Deadline, Definitions, Endpoints, MessageEvent, NotVerified, Subscribe, Verify};
use tablecast_aws::now_in_milliseconds;
use tablecast_config::Access;
use tablecast_connections::{Connection, Connections, Identity};
use tablecast_definitions::folder;
use tablecast_definitions::grant::Grants;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_definitions::sources::Sources;
use tablecast_event_log::Logs;
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;
use tablecast_stand_in::{Fault, logs};

pub use tablecast_stand_in::StatusCode;

/// Accepts tokens that are the JSON of an identity.
pub struct Trusting;

impl Verify for Trusting {
    async fn verify(&self, token: &str) -> Result<Identity, NotVerified> {
        match token {
            "later" => Err(NotVerified::Unavailable("there are no keys".to_owned())),
            _ => serde_json::from_str(token).map_err(|_| NotVerified::Refused("it is no token".to_owned())),
        }
    }
}

#[derive(Clone)]
pub struct StandIn {
    aws: tablecast_stand_in::StandIn,
    /// The number of listeners of `orders/acme/*` at each post.
    listeners: Arc<Mutex<Vec<usize>>>,
    /// The segments of a channel.
    segments: u8,
}

impl Deref for StandIn {
    type Target = tablecast_stand_in::StandIn;

    fn deref(&self) -> &Self::Target {
        &self.aws
    }
}

const TABLES: [&str; 2] = ["connections", "log"];

pub const TOKEN: &str = "eyJ-secret";

/// The time in seconds since the Unix epoch.
pub fn now() -> i64 {
    now_in_milliseconds() / 1000
}

pub fn identity(principal: &str, tenant: &str, expires_at: i64) -> Identity {
    let claims = json!({ "sub": principal, "tenant": tenant }).to_string();
    Identity { principal: principal.to_owned(), claims, token_expires_at: expires_at }
}

impl StandIn {
    /// One channel has all orders.
    pub async fn start() -> Self {
        Self::start_with(1).await
    }

    /// Starts with channels of so many segments.
    pub async fn start_with(segments: u8) -> Self {
        Self::of(tablecast_stand_in::StandIn::start(&TABLES).await, segments)
    }

    /// Starts in virtual time.
    pub fn in_process() -> Self {
        Self::in_process_with(1)
    }

    /// Starts in virtual time, with channels of so many segments.
    pub fn in_process_with(segments: u8) -> Self {
        Self::of(tablecast_stand_in::StandIn::in_process(&TABLES), segments)
    }

    fn of(aws: tablecast_stand_in::StandIn, segments: u8) -> Self {
        logs::capture();
        let stand_in = Self { aws, listeners: Arc::default(), segments };
        stand_in.at_each_post(|_| Box::pin(async { StatusCode::OK }));
        stand_in
    }

    /// A connection of Ada, of tenant acme, for an hour.
    pub async fn connect(&self, protocol: Protocol) {
        self.connect_with(protocol, Some(identity("ada", "acme", now() + 3600))).await;
    }

    pub async fn connect_with(&self, protocol: Protocol, identity: Option<Identity>) {
        let connected_at = now() * 1000;
        let connection = Connection { id: "a=".to_owned(), protocol, connected_at, identity };
        self.connections().open(&connection, []).await.unwrap();
    }

    /// The logs, as `dispatch` uses them.
    pub fn logs(&self) -> Logs {
        Logs::new(self.dynamodb(), "log")
    }

    pub fn connections(&self) -> Connections {
        Connections::new(self.dynamodb(), "connections")
    }

    /// Calls `act` at each post, with the number of earlier posts. Its status is the response.
    pub fn at_each_post(
        &self,
        act: impl Fn(usize) -> Pin<Box<dyn Future<Output = StatusCode> + Send>> + Send + Sync + 'static,
    ) {
        let (connections, counts, act) = (self.connections(), self.listeners.clone(), Arc::new(act));
        self.aws.at_each_post(move |earlier| {
            let (connections, counts, act) = (connections.clone(), counts.clone(), act.clone());
            Box::pin(async move {
                let pattern = Pattern::parse("orders/acme/*").unwrap();
                let listeners = connections.subscribers(&pattern).await.unwrap().len();
                counts.lock().unwrap().push(listeners);
                act(earlier).await
            })
        });
    }

    /// The function with the grants of this project's pipe files.
    pub fn subscribe(&self) -> Subscribe<Trusting> {
        let grants = Grants::compile(&pipe_files(self.segments)).unwrap();
        self.subscribe_with(Access::Granted(grants))
    }

    pub fn subscribe_with(&self, access: Access) -> Subscribe<Trusting> {
        let endpoints = Endpoints {
            connections_table: "connections".to_owned(),
            log_table: "log".to_owned(),
            management_endpoint: self.address.clone(),
        };
        let sources = Sources::compile(&pipe_files(self.segments)).unwrap();
        let definitions = Definitions::new(|| Err("not needed".to_owned()));
        Subscribe::new(&self.aws(), endpoints, sources, definitions, access, Trusting)
    }

    /// Sends one message, and returns all frames that reply to it.
    pub async fn send(&self, message: Value) -> Vec<Value> {
        self.send_to(&self.subscribe(), &message.to_string()).await
    }

    pub async fn send_to(&self, subscribe: &Subscribe<Trusting>, body: &str) -> Vec<Value> {
        let before = self.replies().len();
        subscribe.handle(event("r1", body), deadline()).await.unwrap();
        self.replies().split_off(before)
    }

    pub fn replies(&self) -> Vec<Value> {
        let frames = self.seen().frames("a=");
        assert_eq!(frames.len(), self.seen().posts.len());
        frames.iter().map(|frame| serde_json::from_str(frame).unwrap()).collect()
    }

    pub fn closed(&self) -> Vec<String> {
        self.seen().closed.clone()
    }

    /// DynamoDB's operations since the last call.
    pub fn calls(&self) -> Vec<String> {
        let operations = self.seen().operations();
        self.seen().calls.clear();
        operations
    }

    /// The operation and the partition key of each request to the log's table since the last call.
    pub fn log_calls(&self) -> Vec<(String, String)> {
        let calls = std::mem::take(&mut self.seen().calls);
        let of_log = calls.into_iter().filter(|(_, body)| body.to_string().contains(r#""TableName":"log""#));
        let key =
            |body: &Value| body["ExpressionAttributeValues"][":pk"]["S"].as_str().unwrap_or("").to_owned();
        of_log.map(|(operation, body)| (operation, key(&body))).collect()
    }

    /// The number of items of the log that were read since the last call.
    pub fn log_items_read(&self) -> u64 {
        let read = std::mem::take(&mut self.seen().items_read);
        read.into_iter().filter(|(table, _)| table == "log").map(|(_, items)| items).sum()
    }

    pub fn listeners_when_posted(&self) -> Vec<usize> {
        self.listeners.lock().unwrap().clone()
    }

    /// Makes all reads of this table fail from now on.
    pub fn break_table(&self, name: &'static str) {
        self.plan(&format!("{name} Query"), vec![Fault::Error(400, "AccessDeniedException"); 1000]);
    }

    /// Makes DynamoDB cancel a number of transactions.
    pub fn cancel(&self, transactions: usize) {
        self.plan(
            "connections TransactWriteItems",
            vec![Fault::Cancelled("TransactionConflict"); transactions],
        );
    }

    pub fn items(&self) -> Vec<Value> {
        self.aws.items("connections")
    }

    /// The patterns that have subscriptions.
    pub fn patterns(&self) -> Vec<String> {
        let keys = self.items().into_iter().map(|item| item["pk"]["S"].as_str().unwrap().to_owned());
        keys.filter_map(|pk| pk.strip_prefix("subscription#").map(str::to_owned)).collect()
    }

    pub fn log(&self) -> String {
        logs::text()
    }
}

/// That of the default timeout.
pub fn deadline() -> Deadline {
    Deadline::after(Duration::from_secs(29))
}

pub fn event(request: &str, body: &str) -> MessageEvent {
    event_at(now() * 1000, request, body)
}

/// `time` is in milliseconds, by API Gateway's clock.
pub fn event_at(time: i64, request: &str, body: &str) -> MessageEvent {
    let context = json!({
        "connectionId": "a=", "requestId": request, "requestTimeEpoch": time, "routeKey": "subscribe",
    });
    serde_json::from_value(json!({ "requestContext": context, "body": body, "isBase64Encoded": false }))
        .unwrap()
}

/// This project's pipe files, with channels of so many segments.
fn pipe_files(segments: u8) -> Vec<DefinitionFile> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../pipes"));
    let with_segments = |file: DefinitionFile| {
        let lines = file.text.lines().filter(|line| !line.starts_with("log:"));
        let log = format!("log: {{ keep: 7d, channel: {segments} }}");
        let text = lines.chain([log.as_str()]).collect::<Vec<_>>().join("\n");
        DefinitionFile { text, ..file }
    };
    folder::read(folder, "yaml").unwrap().into_iter().map(with_segments).collect()
}
