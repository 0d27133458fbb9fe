//! Tables, listeners, a log and workers. Time is virtual: a test waits for nothing.

use std::ops::RangeInclusive;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::types::AttributeValue;
use fanout::{Deadline, Endpoints, Fanout, Limits, Report, Task};
use serde_json::{Value, json};
use tablecast_aws::now_in_milliseconds;
use tablecast_connections::{Connection, Connections, Identity, Run};
use tablecast_event_log::{Logs, NewEvent};
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;
pub use tablecast_stand_in::{Fault, StandIn};
use tokio::time::Instant;

pub const SOURCE: &str = "tablecast/orders/acme";
pub const ALL: &str = "orders/acme/*";
pub const MINUTES: Duration = Duration::from_secs(300);

/// Retries of a frame, or of closing a connection, and the first attempt.
pub const ATTEMPTS: usize = 4;

const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

pub struct World {
    pub aws: StandIn,
    pub limits: Limits,
    pub logs: Logs,
}

impl World {
    pub fn new() -> Self {
        replace_clock();
        let aws = StandIn::in_process(&["connections", "log", "rejected"]);
        let logs = Logs::new(aws.dynamodb(), "log");
        Self { aws, limits: Limits::default(), logs }
    }

    /// A world with one listener for each protocol.
    pub async fn with_listeners(ids: &[&str]) -> Self {
        let world = Self::new();
        for id in ids {
            world.listen(id, Protocol::Single, &[ALL]).await;
        }
        world
    }

    pub fn connections(&self) -> Connections {
        Connections::new(self.aws.dynamodb(), "connections")
    }

    /// A connection that is a minute old.
    pub async fn listen(&self, id: &str, protocol: Protocol, patterns: &[&str]) {
        let connected_at = now_in_milliseconds() - 60_000;
        let connection = Connection { id: id.to_owned(), protocol, connected_at, identity: None };
        let patterns: Vec<_> = patterns.iter().map(|text| Pattern::parse(text).unwrap()).collect();
        self.connections().open(&connection, patterns).await.unwrap();
    }

    /// A listener whose `$connect` may still run.
    pub async fn connect_now(&self, id: &str) {
        let (id, connected_at) = (id.to_owned(), tablecast_aws::now_in_milliseconds());
        let young = Connection { id, protocol: Protocol::Single, connected_at, identity: None };
        self.connections().open(&young, [Pattern::parse(ALL).unwrap()]).await.unwrap();
    }

    /// A listener of this age whose token expires in one second. Waits for the next whole second, because tokens have
    /// no fractions.
    pub async fn listen_with_short_token(&self, id: &str, age: Duration) {
        let rest = 1000 - now_in_milliseconds().unsigned_abs() % 1000;
        tokio::time::sleep(Duration::from_millis(rest)).await;
        let (id, now) = (id.to_owned(), now_in_milliseconds());
        let token_expires_at = now / 1000 + 1;
        let identity = Identity { principal: "ada".to_owned(), claims: "{}".to_owned(), token_expires_at };
        let connected_at = now - age.as_millis() as i64;
        let connection =
            Connection { id, protocol: Protocol::Single, connected_at, identity: Some(identity) };
        self.connections().open(&connection, [Pattern::parse(ALL).unwrap()]).await.unwrap();
    }

    /// Extends the token in the connection's own item. A refresh writes it first.
    pub async fn refresh(&self, id: &str) {
        let key = [("pk", format!("connection#{id}")), ("sk", "connection".to_owned())];
        let key = key.map(|(name, value)| (name.to_owned(), AttributeValue::S(value))).into();
        let later = AttributeValue::N((now_in_milliseconds() / 1000 + 600).to_string());
        let update = self.aws.dynamodb().update_item().table_name("connections").set_key(Some(key));
        let update = update.update_expression("SET token_expires_at = :later, ends_at = :later");
        update.expression_attribute_values(":later", later).send().await.unwrap();
    }

    /// Appends these events, each to a subject of its own. Their offsets are their numbers.
    pub async fn append(&self, numbers: RangeInclusive<u64>) {
        let events: Vec<_> = numbers.map(|n| (n.to_string(), event(n).to_string())).collect();
        let entries: Vec<_> = events.iter().map(|(id, text)| NewEvent { id, text }).collect();
        self.append_entries(&entries).await;
    }

    /// Appends an event of any text.
    pub async fn append_text(&self, id: &str, text: &str) {
        self.append_entries(&[NewEvent { id, text }]).await;
    }

    async fn append_entries(&self, entries: &[NewEvent<'_>]) {
        let appended =
            self.logs.append("orders", SOURCE, entries, WEEK, now_in_milliseconds()).await.unwrap();
        self.logs.record_end(&appended).await.unwrap();
        self.logs.mark_delivered(appended);
    }

    /// Hands events over, as `dispatch` does.
    pub async fn cover(&self, numbers: RangeInclusive<u64>) -> Run {
        self.connections().cover(SOURCE, numbers, None, now_in_milliseconds()).await.unwrap()
    }

    pub async fn append_and_cover(&self, numbers: RangeInclusive<u64>) -> Run {
        self.append(numbers.clone()).await;
        self.cover(numbers).await
    }

    pub async fn run(&self) -> Option<Run> {
        self.connections().run(SOURCE).await.unwrap()
    }

    /// A new process.
    pub fn fanout(&self) -> Fanout {
        let endpoints = Endpoints {
            connections_table: "connections".to_owned(),
            log_table: "log".to_owned(),
            management_endpoint: self.aws.address.clone(),
            fanout_function: "fanout".to_owned(),
        };
        Fanout::new(&self.aws.aws(), endpoints, self.limits)
    }

    /// Serves part 0 with a process of its own, and returns the metrics.
    pub async fn serve(&self) -> Value {
        self.serve_for(MINUTES).await
    }

    pub async fn serve_for(&self, time: Duration) -> Value {
        line(&self.fanout().handle(part(0), Deadline::after(time)).await)
    }

    /// The numbers of the events that a connection received, by frame.
    pub fn frames(&self, id: &str) -> Vec<Vec<u64>> {
        self.aws.seen().frames(id).iter().map(|frame| numbers(frame)).collect()
    }

    pub fn received(&self, id: &str) -> Vec<u64> {
        self.frames(id).concat()
    }

    pub fn is_stored(&self, id: &str) -> bool {
        self.aws.items("connections").iter().any(|item| item["pk"]["S"] == format!("connection#{id}"))
    }

    pub fn closed(&self) -> Vec<String> {
        self.aws.seen().closed.clone()
    }

    /// The parts for which workers were started.
    pub fn started(&self) -> Vec<u64> {
        let seen = self.aws.seen();
        seen.invocations.iter().map(|(_, payload)| payload["part"].as_u64().unwrap()).collect()
    }
}

pub fn part(part: usize) -> Task {
    Task::Serve { source: SOURCE.to_owned(), part }
}

/// The metrics of an invocation that succeeded.
pub fn line(report: &Report) -> Value {
    assert!(report.result.is_ok(), "{report:?}");
    report.metrics.line("tablecast", &Default::default(), SystemTime::now())
}

pub fn event(n: u64) -> Value {
    event_of(n, &n.to_string())
}

pub fn event_of(n: u64, subject: &str) -> Value {
    json!({
        "id": n.to_string(), "source": SOURCE, "type": "order.placed.v1",
        "subject": format!("orders/acme/{subject}"), "time": "2026-11-23T05:00:00Z",
    })
}

/// The numbers of the events in a frame.
pub fn numbers(frame: &str) -> Vec<u64> {
    let events = match serde_json::from_str(frame).unwrap() {
        Value::Array(events) => events,
        event => vec![event],
    };
    events.iter().filter_map(|event| event["id"].as_str().unwrap().parse().ok()).collect()
}

/// The time of day follows the virtual time.
fn replace_clock() {
    static STARTED: OnceLock<(std::time::Instant, i64)> = OnceLock::new();
    STARTED.get_or_init(|| (std::time::Instant::now(), now_in_milliseconds()));
    tablecast_aws::replace_clock(|| {
        let (started, milliseconds) = STARTED.get().unwrap();
        milliseconds + Instant::now().into_std().duration_since(*started).as_millis() as i64
    });
}
