use serde_json::{Value, json};

/// The connections, and their subscriptions to the subjects of a batch of 100 events.
pub struct Scenario {
    pub name: &'static str,
    pub connected: usize,
    /// The number of connections that receive an event. Each receives exactly one.
    pub subscribed: usize,
    /// True if each subscribes to one of the 100 subjects, false if all subscribe to the same.
    pub spread: bool,
    /// The number of measured batches.
    pub batches: u32,
}

const EACH: &str = "each subscribes to one of 100 subjects";
const SAME: &str = "all subscribe to the same subject";
const FEW: &str = "10 subscribe to the same subject, the others to quiet ones";

/// `dispatch` leaves larger audiences of one channel to `fanout`.
const MOST: usize = 500;

pub const SCENARIOS: [Scenario; 8] = [
    Scenario { name: EACH, connected: 10, subscribed: 10, spread: true, batches: 50 },
    Scenario { name: EACH, connected: 100, subscribed: 100, spread: true, batches: 20 },
    Scenario { name: EACH, connected: MOST, subscribed: MOST, spread: true, batches: 10 },
    Scenario { name: SAME, connected: 10, subscribed: 10, spread: false, batches: 50 },
    Scenario { name: SAME, connected: 100, subscribed: 100, spread: false, batches: 20 },
    Scenario { name: SAME, connected: MOST, subscribed: MOST, spread: false, batches: 10 },
    Scenario { name: FEW, connected: 1_000, subscribed: 10, spread: false, batches: 20 },
    Scenario { name: FEW, connected: 10_000, subscribed: 10, spread: false, batches: 10 },
];

/// A time after the end of every run.
const EXPIRES_AT: &str = "9999999999";

impl Scenario {
    fn pattern(&self, connection: usize) -> String {
        match (connection < self.subscribed, self.spread) {
            (false, _) => format!("quiet/{connection}"),
            (true, true) => format!("orders/{}", connection % 100),
            (true, false) => "orders/7".to_owned(),
        }
    }

    /// The items that `connect` writes, with the attributes that `dispatch` reads.
    pub fn connections(&self) -> Vec<Value> {
        (0..self.connected).flat_map(|n| self.items(n)).collect()
    }

    fn items(&self, n: usize) -> [Value; 3] {
        let (connection, subscription) =
            (format!("connection#{}", id(n)), format!("subscription#{}", self.pattern(n)));
        [(&*connection, "connection"), (&*connection, &*subscription), (&*subscription, &*connection)].map(
            |(pk, sk)| {
                json!({
                    "pk": { "S": pk }, "sk": { "S": sk },
                    "connected_at": { "N": "1" }, "expires_at": { "N": EXPIRES_AT }, "ends_at": { "N": EXPIRES_AT },
                })
            },
        )
    }

    /// One item for each connection, as in the Node implementation.
    pub fn samples(&self) -> Vec<Value> {
        let item =
            |n| json!({ "pk": { "S": id(n) }, "sk": { "S": "c" }, "pattern": { "S": self.pattern(n) } });
        (0..self.connected).map(item).collect()
    }
}

fn id(n: usize) -> String {
    format!("Lb{n:08}oAMCJRg=")
}

/// 100 orders of about 600 bytes, each with its own subject.
pub fn batch() -> String {
    let element = |n: usize| {
        let event = json!({
            "specversion": "1.0", "id": format!("{n:032}"), "source": "tablecast/orders", "type": "order.placed.v1",
            "subject": format!("orders/{n}"), "time": "2026-11-23T05:00:00Z",
            "datacontenttype": "application/json", "sequence": format!("{n:040}"),
            "data": { "orderId": n, "lines": "x".repeat(250) },
        });
        json!({ "eventID": format!("{n:032}"), "pipe": "orders", "events": [event] })
    };
    (0..100).map(element).collect::<Value>().to_string()
}
