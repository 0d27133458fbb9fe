//! A small history: an item `orders/acme/a-1` with versions, which the bus and one client received.

use serde_json::json;

use crate::oracle::observations::{
    ClientLog, Entry, Expected, Observations, Outcome, Received, Start, SubscriptionLog, Write,
};

pub const SUBJECT: &str = "orders/acme/a-1";
pub const TYPE: &str = "order.changed.v1";

pub struct History(pub Observations);

/// A version as it arrives: at a position of its own, with an id of its own.
pub fn event(version: u64) -> Received {
    Received {
        id: format!("id-{version}"),
        source: "tablecast/orders/acme".to_owned(),
        subject: SUBJECT.to_owned(),
        event_type: TYPE.to_owned(),
        version,
        sequence: format!("{version:040}"),
        position: at(version),
        data: json!({ "version": version }),
        ..Received::default()
    }
}

pub fn at(offset: u64) -> Option<crate::oracle::Position> {
    format!("first-{offset}").parse().ok()
}

pub fn gap() -> Entry {
    Entry::Gap { source: "tablecast/orders/acme".to_owned(), reason: "trimmed".to_owned() }
}

fn write(version: u64) -> Write {
    let data = json!({ "version": version });
    Write {
        kind: "put",
        subject: SUBJECT.to_owned(),
        version,
        started: version * 100,
        is_certain: true,
        may_be_late: false,
        outcome: Outcome::Events(vec![Expected { event_type: TYPE, version, data }]),
    }
}

impl History {
    /// So many versions were written, and the bus has them.
    pub fn of(versions: u64) -> Self {
        let writes = (1..=versions).map(write).collect();
        let bus = (1..=versions).map(event).collect();
        Self(Observations { writes, bus, ..Observations::default() })
    }

    /// A client was ready before the first write, and received these entries.
    pub fn client(mut self, entries: Vec<Entry>) -> Self {
        let begin = vec![Entry::Started(Start::First), Entry::Ready(1)];
        let entries = begin.into_iter().chain(entries).collect();
        let patterns = vec!["orders/acme/*".to_owned()];
        let name = "all".to_owned();
        let log = SubscriptionLog { name, patterns, is_durable: true, entries, ..SubscriptionLog::default() };
        let (name, tenant) = ("client".to_owned(), "acme".to_owned());
        self.0.clients.push(ClientLog { name, tenant, subscriptions: vec![log] });
        self
    }

    /// A client that received these versions.
    pub fn receiving(self, versions: &[u64]) -> Self {
        self.client(versions.iter().map(|version| Entry::Event(event(*version))).collect())
    }

    pub fn with(mut self, change: impl FnOnce(&mut Observations)) -> Self {
        change(&mut self.0);
        self
    }

    pub fn with_subscription(self, change: impl FnOnce(&mut SubscriptionLog)) -> Self {
        self.with(|all| change(&mut all.clients[0].subscriptions[0]))
    }
}
