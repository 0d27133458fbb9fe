//! Logs whose DynamoDB is a stand-in.

use std::ops::Deref;
use std::time::Duration;

use serde_json::{Value, json};
use tablecast_event_log::{AppendError, Appended, Logs, NewEvent};
use tablecast_protocol::Position;
pub use tablecast_stand_in::Fault;

pub const PIPE: &str = "orders";
/// The channel of the tests.
pub const SOURCE: &str = "tablecast/orders/acme";
pub const KEEP: Duration = Duration::from_secs(7 * 24 * 3600);
/// Milliseconds since the epoch.
pub const NOW: i64 = 1_800_000_000_000;
pub const SECOND: i64 = 1000;
pub const DAY: i64 = 24 * 3600 * SECOND;

/// DynamoDB rejects the request.
pub const REFUSED: Fault = Fault::Error(400, "AccessDeniedException");

pub struct StandIn(tablecast_stand_in::StandIn);

impl Deref for StandIn {
    type Target = tablecast_stand_in::StandIn;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl StandIn {
    pub async fn start() -> Self {
        Self(tablecast_stand_in::StandIn::start(&["log"]).await)
    }

    /// The table as another process sees it.
    pub fn logs(&self) -> Logs {
        Logs::new(self.dynamodb(), "log")
    }

    pub fn plan_writes(&self, faults: impl IntoIterator<Item = Fault>) {
        self.plan("log PutItem", faults);
    }

    /// DynamoDB's operations since the last call.
    pub fn calls(&self) -> Vec<String> {
        let operations = self.seen().operations();
        self.seen().calls.clear();
        operations
    }

    /// The items of the channel that hold events, in order.
    pub fn items(&self) -> Vec<Value> {
        let mut items = self.partition(SOURCE);
        items.retain(|item| item["sk"]["S"] != "end");
        items
    }

    /// The item that keeps the end of the channel.
    pub fn end_item(&self) -> Option<Value> {
        self.partition(SOURCE).into_iter().find(|item| item["sk"]["S"] == "end")
    }

    /// The further items of large events.
    pub fn parts(&self) -> Vec<Value> {
        self.partition("tablecast/orders/acme#parts")
    }

    /// Removes expired items, as DynamoDB's TTL does. The time is in milliseconds since the epoch.
    pub fn expire(&self, now: i64) {
        let expires_at =
            |item: &Value| item["expires_at"]["N"].as_str().map_or(i64::MAX, |n| n.parse().unwrap());
        let items = self.0.items("log");
        items.iter().filter(|item| expires_at(item) <= now / 1000).for_each(|item| self.remove(item));
    }

    pub fn partition(&self, pk: &str) -> Vec<Value> {
        let mut items = self.0.items("log");
        items.retain(|item| item["pk"]["S"] == pk);
        items.sort_by_key(|item| item["sk"]["S"].as_str().unwrap().to_owned());
        items
    }

    pub fn remove(&self, item: &Value) {
        self.0.remove("log", item);
    }

    /// Replaces an attribute, as somebody could who may write to the table.
    pub fn damage(&self, item: &Value, attribute: &str, value: Value) {
        let mut damaged = item.clone();
        damaged[attribute] = value;
        self.import("log", vec![damaged]);
    }

    pub fn damage_by_removing(&self, item: &Value, attribute: &str) {
        let mut damaged = item.clone();
        damaged.as_object_mut().unwrap().remove(attribute);
        self.remove(item);
        self.import("log", vec![damaged]);
    }

    /// The ids of all events in the log. Checks that their offsets have no gap.
    pub async fn ids(&self, now: i64) -> Vec<String> {
        let logs = self.logs();
        let end = logs.last_position(SOURCE, now).await.unwrap();
        let origin = Position { offset: 0, ..end };
        let events =
            logs.resume(SOURCE, &origin.to_string(), now, 1000, |_| true).await.unwrap().events.unwrap();
        let offsets: Vec<_> = events.iter().map(|event| event.position.offset).collect();
        assert_eq!(offsets, (1..=end.offset).collect::<Vec<_>>());
        events.iter().map(|event| id_of(&event.text)).collect()
    }
}

pub fn id_of(event: &str) -> String {
    serde_json::from_str::<Value>(event).unwrap()["id"].as_str().unwrap().to_owned()
}

/// An event with this id.
pub fn text(id: &str) -> String {
    json!({ "id": id, "type": "order.placed.v1", "subject": "orders/acme/1", "data": {} }).to_string()
}

/// An event of this size, whose text hardly compresses.
pub fn noise(id: &str, bytes: usize) -> String {
    let event = |data: &str| json!({ "id": id, "type": "order.placed.v1", "data": data }).to_string();
    let mut random = fastrand::Rng::with_seed(bytes as u64);
    event(&(0..bytes - event("").len()).map(|_| random.alphanumeric()).collect::<String>())
}

/// Appends one event for each id.
pub async fn try_append(logs: &Logs, ids: &[&str], now: i64) -> Result<Appended, AppendError> {
    let texts: Vec<_> = ids.iter().map(|id| text(id)).collect();
    let entries: Vec<_> = ids.iter().zip(&texts).map(|(id, text)| NewEvent { id, text }).collect();
    logs.append(PIPE, SOURCE, &entries, KEEP, now).await
}

/// Appends and delivers events, and returns their offsets.
pub async fn append(logs: &Logs, ids: &[&str], now: i64) -> Vec<u64> {
    complete(logs, try_append(logs, ids, now).await.unwrap()).await
}

/// Does what a dispatcher does after an append, and returns the offsets.
pub async fn complete(logs: &Logs, appended: Appended) -> Vec<u64> {
    let offsets = offsets(&appended);
    logs.record_end(&appended).await.unwrap();
    logs.mark_delivered(appended);
    offsets
}

pub fn offsets(appended: &Appended) -> Vec<u64> {
    appended.positions.iter().map(|position| position.offset).collect()
}
