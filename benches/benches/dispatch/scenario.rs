use serde_json::{Value, json};

/// Who is connected, and to whom a batch of 100 events goes.
pub struct Scenario {
    pub name: &'static str,
    pub connected: usize,
    /// How many of them get an event, each exactly one.
    pub listening: usize,
    /// Whether they listen each to one of the 100 subjects, or all to the same.
    pub spread: bool,
    /// Batches measured.
    pub batches: u32,
}

const EACH: &str = "each listens to one of 100 subjects";
const SAME: &str = "all listen to the same subject";
const FEW: &str = "10 listen to the same subject, the others to quiet ones";

pub const SCENARIOS: [Scenario; 8] = [
    Scenario { name: EACH, connected: 10, listening: 10, spread: true, batches: 50 },
    Scenario { name: EACH, connected: 1_000, listening: 1_000, spread: true, batches: 10 },
    Scenario { name: EACH, connected: 10_000, listening: 10_000, spread: true, batches: 3 },
    Scenario { name: SAME, connected: 10, listening: 10, spread: false, batches: 50 },
    Scenario { name: SAME, connected: 1_000, listening: 1_000, spread: false, batches: 10 },
    Scenario { name: SAME, connected: 10_000, listening: 10_000, spread: false, batches: 3 },
    Scenario { name: FEW, connected: 1_000, listening: 10, spread: false, batches: 20 },
    Scenario { name: FEW, connected: 10_000, listening: 10, spread: false, batches: 10 },
];

/// Beyond the end of any run.
const EXPIRES_AT: &str = "9999999999";

impl Scenario {
    fn pattern(&self, connection: usize) -> String {
        match (connection < self.listening, self.spread) {
            (false, _) => format!("quiet/{connection}"),
            (true, true) => format!("orders/{}", connection % 100),
            (true, false) => "orders/7".to_owned(),
        }
    }

    /// The items that `connect` would have written, as far as `dispatch` reads them.
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

    /// One item for each connection, as samples have it.
    pub fn samples(&self) -> Vec<Value> {
        let item =
            |n| json!({ "pk": { "S": id(n) }, "sk": { "S": "c" }, "pattern": { "S": self.pattern(n) } });
        (0..self.connected).map(item).collect()
    }
}

fn id(n: usize) -> String {
    format!("Lb{n:08}oAMCJRg=")
}

/// 100 orders of about 600 bytes, each with a subject of its own.
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
