//! The input of the oracle: what was written, and what arrived.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Position;

/// Milliseconds since the start of the run.
pub type Time = u64;

#[derive(Debug, Default)]
pub struct Observations {
    /// In the order of the changes of each item.
    pub writes: Vec<Write>,
    pub bus: Vec<Received>,
    pub clients: Vec<ClientLog>,
    pub collections: Vec<CollectionEnd>,
    /// The subjects and versions of the rejected records that remain.
    pub rejected: BTreeSet<(String, u64)>,
    /// Contradictions to the model of the writers.
    pub problems: Vec<String>,
    pub counts: BTreeMap<String, u64>,
}

/// A change of one item that took place, or may have taken place.
#[derive(Debug, Clone)]
pub struct Write {
    pub kind: &'static str,
    pub subject: String,
    /// The version of the item after the change, or before its end.
    pub version: u64,
    pub started: Time,
    /// False if nobody knows whether the change took place.
    pub is_certain: bool,
    /// Its events can be rejected and redriven, so that they arrive after later ones.
    pub may_be_late: bool,
    pub outcome: Outcome,
}

#[derive(Debug, Clone)]
pub enum Outcome {
    /// In the order of the pipe file. A change can have no event.
    Events(Vec<Expected>),
    /// No event can be made of it.
    Rejected,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    pub event_type: &'static str,
    pub version: u64,
    pub data: Value,
}

/// An event as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Received {
    pub id: String,
    pub source: String,
    pub subject: String,
    pub event_type: String,
    pub version: u64,
    pub sequence: String,
    pub position: Option<Position>,
    pub is_late: bool,
    /// The client received a notice, because the event is too large.
    pub is_notice: bool,
    pub data: Value,
    /// Why the event does not match its schema, or has something that nobody listed.
    pub fault: Option<String>,
    pub at: Time,
}

#[derive(Debug, Default)]
pub struct ClientLog {
    pub name: String,
    pub tenant: String,
    pub subscriptions: Vec<SubscriptionLog>,
}

#[derive(Debug, Default)]
pub struct SubscriptionLog {
    pub name: String,
    pub patterns: Vec<String>,
    /// Empty for all types.
    pub types: Vec<String>,
    /// The client keeps its progress in a store.
    pub is_durable: bool,
    pub entries: Vec<Entry>,
}

/// An entry of the log of a subscription.
#[derive(Debug)]
pub enum Entry {
    Started(Start),
    Ready(Time),
    Event(Received),
    Late(Received),
    Gap {
        source: String,
        reason: String,
    },
    /// A refusal or an error.
    Problem(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    First,
    /// The process before was closed.
    AfterClose,
    /// The process before was killed.
    AfterKill,
}

/// The items of a collection at the end, and those of the table.
#[derive(Debug, Default)]
pub struct CollectionEnd {
    pub client: String,
    pub tenant: String,
    pub items: BTreeMap<String, Value>,
    pub table: BTreeMap<String, Value>,
}
