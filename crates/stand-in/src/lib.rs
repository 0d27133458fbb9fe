//! AWS as tests need it: `@connections`, EventBridge, DynamoDB and asynchronous invocations of Lambda, on one
//! port of this process. Tests only: no shipped binary depends on this crate.
//!
//! A test plans faults, runs code over the wire, and then reads what the stand-in received.
//!
//! # Layout
//! - `fault`: the results that a test can plan; `broken`: responses that are never a success
//! - `seen`: the requests so far
//! - `responses`: the responses; `in_process`: gives them without a network
//! - `tables`: the DynamoDB tables
//! - `logs`: captures the log of the code under test
#![allow(clippy::unwrap_used)]

mod broken;
mod fault;
mod in_process;
pub mod logs;
mod reserved;
mod responses;
mod seen;
mod tables;

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use axum::Router;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use dynoxide::Database;
use tablecast_aws::SdkConfig;

pub use axum::http::StatusCode;
pub use broken::broken_responses;
pub use fault::Fault;
pub use seen::{Consumed, Seen};

#[derive(Clone)]
pub struct StandIn {
    pub address: String,
    database: Database,
    seen: Arc<Mutex<Seen>>,
    faults: Arc<Mutex<HashMap<String, VecDeque<Fault>>>>,
    /// The results of all further requests of a kind.
    lasting: Arc<Mutex<HashMap<String, Fault>>>,
    /// The seconds by which the clock of DynamoDB is ahead of this process.
    clock: Arc<AtomicI64>,
    at_post: Arc<Mutex<Option<AtPost>>>,
}

/// The bus of the functions. It has not the name of the deployment, as one of `existing_bus`.
pub const BUS: &str = "company";

type AtPost = Arc<dyn Fn(usize) -> Pin<Box<dyn Future<Output = StatusCode> + Send>> + Send + Sync>;

impl StandIn {
    /// Starts with these tables, each with the keys `pk` and `sk`.
    pub async fn start(tables: &[&str]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let stand_in = Self::new(tables, address);
        let router = Router::new()
            .route("/@connections/{id}", post(responses::post).delete(responses::close))
            .route("/2015-03-31/functions/{name}/invocations", post(responses::invoke))
            .route("/2015-03-31/functions/{name}/configuration", get(responses::configuration))
            .route("/", post(responses::call))
            .with_state(stand_in.clone());
        // Without TCP_NODELAY, each response waits 40 ms for an acknowledgement.
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        stand_in
    }

    /// The same without a port, for tests in virtual time.
    pub fn in_process(tables: &[&str]) -> Self {
        Self::new(tables, in_process::ADDRESS.to_owned())
    }

    fn new(tables: &[&str], address: String) -> Self {
        let database = Database::memory().unwrap();
        tables.iter().for_each(|table| tables::create(&database, table));
        let (seen, faults, lasting, clock, at_post) = Default::default();
        Self { address, database, seen, faults, lasting, clock, at_post }
    }

    /// Plans faults for the next requests of one kind: `<connection id>`, `DELETE <connection id>`,
    /// `PutEvents`, `DescribeEventBus`, `Invoke <function>`, or `<table> <operation>`, such as `log PutItem`.
    /// With a partition key, such as `log PutItem tablecast/orders/acme`, it plans only for requests of that
    /// partition, and goes first.
    pub fn plan(&self, request: &str, faults: impl IntoIterator<Item = Fault>) {
        self.faults.lock().unwrap().entry(request.to_owned()).or_default().extend(faults);
    }

    /// Cancels the faults of one kind that have not fired.
    pub fn cancel(&self, request: &str) {
        self.faults.lock().unwrap().remove(request);
    }

    /// Plans the result of every request of one kind that has no other fault. `None` ends the plan.
    pub fn plan_always(&self, request: &str, fault: Option<Fault>) {
        let mut lasting = self.lasting.lock().unwrap();
        match fault {
            Some(fault) => lasting.insert(request.to_owned(), fault),
            None => lasting.remove(request),
        };
    }

    /// Sets the clock of DynamoDB ahead of this process, or behind it. Responses have it as `Date`.
    pub fn set_clock_ahead(&self, seconds: i64) {
        self.clock.store(seconds, Ordering::Relaxed);
    }

    pub fn all_faults_fired(&self) -> bool {
        self.faults.lock().unwrap().values().all(VecDeque::is_empty)
    }

    /// Calls `act` at each post that has no planned fault, with the number of earlier posts. Its status is
    /// the response.
    pub fn at_each_post(
        &self,
        act: impl Fn(usize) -> Pin<Box<dyn Future<Output = StatusCode> + Send>> + Send + Sync + 'static,
    ) {
        *self.at_post.lock().unwrap() = Some(Arc::new(act));
    }

    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// A configuration with which every SDK client calls this stand-in. Its retries are the SDK's, but quick.
    pub fn aws(&self) -> SdkConfig {
        let credentials = Credentials::new("local", "local", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(self.http_client())
            .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
            .endpoint_url(&self.address)
            .build()
    }

    fn http_client(&self) -> SharedHttpClient {
        match &*self.address {
            in_process::ADDRESS => in_process::client(self),
            _ => aws_smithy_http_client::Builder::new().build_http(),
        }
    }

    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.aws())
    }
}
