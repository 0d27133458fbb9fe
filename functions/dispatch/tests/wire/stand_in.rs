//! A dispatch whose AWS is a stand-in. Each test plans faults, and checks at its end that all of them fired.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use dispatch::{Deadline, Dispatch, Endpoints};
pub use dispatch::{InlineLimits, Limits};
use serde_json::{Value, json};
use tablecast_aws::{RetryPolicy, now_in_milliseconds};
use tablecast_connections::{Connection, Connections, Run};
use tablecast_definitions::folder;
use tablecast_definitions::sources::Sources;
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;
use tablecast_sockets::SocketPolicy;
pub use tablecast_stand_in::Fault;
use tablecast_stand_in::logs;

/// The bytes that the log adds to each of a batch's first nine events.
pub const POSITION: usize = r#""position":"0123456789abcdef-1","#.len();

const TABLES: [&str; 3] = ["connections", "log", "rejected"];

/// A limit that no test reaches.
const MINUTE: Duration = Duration::from_secs(60);

pub const LIMITS: Limits = Limits {
    inline: InlineLimits {
        budget: MINUTE,
        posts: 8,
        stragglers: 24,
        // Generous: on a slow machine, no connection is a straggler that is none.
        straggler_after: Duration::from_secs(10),
    },
    sockets: SocketPolicy {
        retry: RetryPolicy { attempt_timeout: MINUTE, retries: 0, backoff: Duration::ZERO },
        connecting: Duration::from_secs(29),
    },
    bus: RetryPolicy {
        attempt_timeout: Duration::from_millis(400),
        retries: 2,
        backoff: Duration::from_millis(1),
    },
    large_audience: 500,
};

#[derive(Clone)]
pub struct StandIn {
    aws: tablecast_stand_in::StandIn,
    /// The metrics of each batch.
    metrics: Arc<Mutex<Vec<Value>>>,
}

impl Deref for StandIn {
    type Target = tablecast_stand_in::StandIn;

    fn deref(&self) -> &Self::Target {
        &self.aws
    }
}

impl StandIn {
    pub async fn start() -> Self {
        Self::of(tablecast_stand_in::StandIn::start(&TABLES).await)
    }

    /// In virtual time.
    pub fn in_process() -> Self {
        Self::of(tablecast_stand_in::StandIn::in_process(&TABLES))
    }

    fn of(aws: tablecast_stand_in::StandIn) -> Self {
        logs::capture();
        Self { aws, metrics: Arc::default() }
    }

    /// A connection of this age.
    pub async fn connect(&self, id: &str, patterns: &[&str], age: Duration) {
        self.connect_as(connection(id, age), patterns).await;
    }

    pub async fn connect_as(&self, connection: Connection, patterns: &[&str]) {
        let patterns: BTreeSet<Pattern> = patterns.iter().map(|text| Pattern::parse(text).unwrap()).collect();
        self.connections().open(&connection, patterns).await.unwrap();
    }

    pub fn connections(&self) -> Connections {
        Connections::new(self.dynamodb(), "connections")
    }

    pub async fn dispatch(&self, elements: Value) -> Result<Vec<String>, String> {
        self.dispatch_within(elements, Duration::from_secs(60)).await
    }

    /// Returns the eventIDs of the records that must be retried.
    pub async fn dispatch_within(&self, elements: Value, left: Duration) -> Result<Vec<String>, String> {
        self.dispatch_with(elements, LIMITS, left).await
    }

    pub async fn dispatch_with(
        &self,
        elements: Value,
        limits: Limits,
        left: Duration,
    ) -> Result<Vec<String>, String> {
        self.dispatch_by(&self.dispatcher(limits), elements, left).await
    }

    /// A new process.
    pub fn dispatcher(&self, limits: Limits) -> Dispatch {
        let endpoints = Endpoints {
            connections_table: "connections".to_owned(),
            log_table: "log".to_owned(),
            rejected_table: "rejected".to_owned(),
            bus_name: "tablecast".to_owned(),
            management_endpoint: self.address.clone(),
            fanout_function: "fanout".to_owned(),
        };
        Dispatch::new(&self.aws(), endpoints, sources(), limits)
    }

    pub async fn dispatch_by(
        &self,
        dispatch: &Dispatch,
        elements: Value,
        left: Duration,
    ) -> Result<Vec<String>, String> {
        let elements = serde_json::from_str(&elements.to_string()).unwrap();
        let report = dispatch.handle(elements, Deadline::after(left)).await;
        let line = report.metrics.line("tablecast", &Default::default(), SystemTime::now());
        self.metrics.lock().unwrap().push(line);
        let response = report.response.map_err(|error| error.to_string())?;
        Ok(response.failed().into_iter().collect())
    }

    /// The ids of the events that a connection received, in order.
    pub fn received(&self, id: &str) -> Vec<String> {
        self.frames(id).iter().map(|frame| id_of(frame)).collect()
    }

    pub fn posts(&self) -> usize {
        self.seen().posts.len()
    }

    pub fn frames(&self, id: &str) -> Vec<String> {
        self.seen().frames(id)
    }

    pub fn closed(&self) -> Vec<String> {
        self.seen().closed.clone()
    }

    /// The run of `fanout` that pushes the channel `orders/<tenant>`.
    pub async fn run(&self, tenant: &str) -> Option<Run> {
        self.connections().run(&source_of(tenant)).await.unwrap()
    }

    /// The sources for which workers were started, sorted.
    pub fn started(&self) -> Vec<String> {
        let seen = self.seen();
        let source = |(name, payload): &(String, Value)| {
            assert_eq!((name.as_str(), &payload["part"]), ("fanout", &json!(0)));
            payload["source"].as_str().unwrap().to_owned()
        };
        let mut sources: Vec<_> = seen.invocations.iter().map(source).collect();
        sources.sort();
        sources
    }

    /// The ids of the events that were sent to the bus, by request.
    pub fn published(&self) -> Vec<Vec<String>> {
        let ids =
            |put: &Vec<Value>| put.iter().map(|entry| id_of(entry["Detail"].as_str().unwrap())).collect();
        self.seen().puts().iter().map(ids).collect()
    }

    /// The values of a field in the log lines of a level.
    pub fn logged(&self, level: &str, field: &str) -> Vec<Value> {
        logs::values(level, field)
    }

    /// A metric of the last batch.
    pub fn metric(&self, name: &str) -> Value {
        self.metrics()[name].clone()
    }

    pub fn metrics(&self) -> Value {
        self.metrics.lock().unwrap().last().unwrap().clone()
    }
}

pub fn connection(id: &str, age: Duration) -> Connection {
    let connected_at = now_in_milliseconds() - age.as_millis() as i64;
    Connection { id: id.to_owned(), protocol: Protocol::Single, connected_at, identity: None }
}

/// One record with one event: eventID `e<n>`, id `<n>`. All are in the same channel.
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

/// The same in the channel `orders/<tenant>`.
pub fn element_of(tenant: &str, n: usize) -> Value {
    let mut element = element(n, &format!("orders/{tenant}/{n}"));
    element["events"][0]["source"] = source_of(tenant).into();
    element
}

pub fn source_of(tenant: &str) -> String {
    format!("tablecast/orders/{tenant}")
}

/// The log sources of this project's pipe files.
fn sources() -> Sources {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../pipes"));
    Sources::compile(&folder::read(folder, "yaml").unwrap()).unwrap()
}

fn id_of(event: &str) -> String {
    serde_json::from_str::<Value>(event).unwrap()["id"].as_str().unwrap().to_owned()
}
