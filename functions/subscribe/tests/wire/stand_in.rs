//! `@connections` and DynamoDB on one port, and a log of what is logged.

mod answers;
mod log;

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use dynoxide::Database;
use serde_json::{Value, json};
use subscribe::{MessageEvent, NotVerified, Settings, Subscribe, Verify};
use tablecast_connections::{Connection, Connections, Identity};
use tablecast_definitions::folder;
use tablecast_definitions::grant::Grants;
use tablecast_definitions::sources::Sources;
use tablecast_deployment::Access;
use tablecast_log::Logs;
use tablecast_protocol::Protocol;

/// Tokens are what they say: the JSON of an identity.
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
    pub database: Database,
    address: String,
    seen: Arc<Mutex<Seen>>,
    /// Writes that are cancelled, before one is made.
    conflicts: Arc<AtomicUsize>,
    at_post: Arc<Mutex<Option<Act>>>,
    /// The table that cannot be read.
    broken: Arc<Mutex<Option<&'static str>>>,
}

type Act = Arc<dyn Fn(usize) -> Pin<Box<dyn Future<Output = StatusCode> + Send>> + Send + Sync>;

#[derive(Default)]
struct Seen {
    posts: Vec<(String, Value)>,
    closed: Vec<String>,
    /// DynamoDB's operations.
    calls: Vec<String>,
    /// How many listeners of `orders/acme/*` there were when a frame was posted.
    listeners: Vec<usize>,
}

pub const TOKEN: &str = "eyJ-secret";

pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

pub fn identity(principal: &str, tenant: &str, expires_at: i64) -> Identity {
    let claims = json!({ "sub": principal, "tenant": tenant }).to_string();
    Identity { principal: principal.to_owned(), claims, token_expires_at: expires_at }
}

impl StandIn {
    pub async fn start() -> Self {
        log::capture();
        let database = Database::memory().unwrap();
        ["connections", "log"].iter().for_each(|table| create(&database, table));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let stand_in = Self {
            database,
            address,
            seen: Arc::default(),
            conflicts: Arc::default(),
            at_post: Arc::default(),
            broken: Arc::default(),
        };
        let router = Router::new()
            .route("/@connections/{id}", post(answers::posted).delete(answers::closed))
            .route("/", post(answers::called))
            .with_state(stand_in.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
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

    /// As dispatch appends to them.
    pub fn logs(&self) -> Logs {
        Logs::new(aws_sdk_dynamodb::Client::new(&self.aws()), "log")
    }

    /// Calls this with how many frames were posted before, at each that is posted.
    pub fn at_each_post(
        &self,
        act: impl Fn(usize) -> Pin<Box<dyn Future<Output = StatusCode> + Send>> + Send + Sync + 'static,
    ) {
        *self.at_post.lock().unwrap() = Some(Arc::new(act));
    }

    pub fn connections(&self) -> Connections {
        Connections::new(aws_sdk_dynamodb::Client::new(&self.aws()), "connections")
    }

    /// With the grants of this project's pipe files.
    pub fn subscribe(&self) -> Subscribe<Trusting> {
        let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../pipes"));
        let grants = Grants::compile(&folder::read(folder, "yaml").unwrap()).unwrap();
        self.subscribe_with(Access::Granted(grants))
    }

    pub fn subscribe_with(&self, access: Access) -> Subscribe<Trusting> {
        let settings = Settings {
            connections_table: "connections".to_owned(),
            log_table: "log".to_owned(),
            management_endpoint: self.address.clone(),
        };
        Subscribe::new(&self.aws(), settings, sources(), access, Trusting)
    }

    /// One message, and all that it was answered with.
    pub async fn say(&self, message: Value) -> Vec<Value> {
        self.say_to(&self.subscribe(), &message.to_string()).await
    }

    pub async fn say_to(&self, subscribe: &Subscribe<Trusting>, body: &str) -> Vec<Value> {
        let before = self.answers().len();
        subscribe.handle(event("r1", body)).await.unwrap();
        self.answers().split_off(before)
    }

    pub fn answers(&self) -> Vec<Value> {
        let posts = &self.seen.lock().unwrap().posts;
        posts.iter().inspect(|(id, _)| assert_eq!(id, "a=")).map(|(_, frame)| frame.clone()).collect()
    }

    pub fn closed(&self) -> Vec<String> {
        self.seen.lock().unwrap().closed.clone()
    }

    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap().calls)
    }

    pub fn listeners_when_posted(&self) -> Vec<usize> {
        self.seen.lock().unwrap().listeners.clone()
    }

    /// Nothing can be read there from now on.
    pub fn break_table(&self, name: &'static str) {
        *self.broken.lock().unwrap() = Some(name);
    }

    pub fn cancel(&self, writes: usize) {
        self.conflicts.store(writes, Ordering::SeqCst);
    }

    pub fn items(&self) -> Vec<Value> {
        let request = serde_json::from_value(json!({ "TableName": "connections" })).unwrap();
        let answer = serde_json::to_value(self.database.scan(request).unwrap()).unwrap();
        answer["Items"].as_array().unwrap().clone()
    }

    /// The patterns that somebody listens to.
    pub fn patterns(&self) -> Vec<String> {
        let keys = self.items().into_iter().map(|item| item["pk"]["S"].as_str().unwrap().to_owned());
        keys.filter_map(|pk| pk.strip_prefix("subscription#").map(str::to_owned)).collect()
    }

    pub fn log(&self) -> String {
        log::text()
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
}

pub fn event(request: &str, body: &str) -> MessageEvent {
    event_at(now() * 1000, request, body)
}

/// `time`: in milliseconds, by API Gateway's clock.
pub fn event_at(time: i64, request: &str, body: &str) -> MessageEvent {
    let context = json!({
        "connectionId": "a=", "requestId": request, "requestTimeEpoch": time, "routeKey": "subscribe",
    });
    serde_json::from_value(json!({ "requestContext": context, "body": body, "isBase64Encoded": false }))
        .unwrap()
}

/// Of this project's pipe files.
fn sources() -> Sources {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../pipes"));
    Sources::compile(&folder::read(folder, "yaml").unwrap()).unwrap()
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
