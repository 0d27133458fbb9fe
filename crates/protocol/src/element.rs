//! The element that `enrich` returns for each record and `dispatch` receives.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

#[derive(Debug, Serialize, Deserialize)]
pub struct Element {
    /// The record's own id, which `batchItemFailures` names.
    #[serde(rename = "eventID")]
    pub event_id: String,
    /// Only a deferred element has none. So a dispatch that knows no deferred elements refuses the batch, and
    /// the pipe sends it again.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pipe: String,
    /// CloudEvents in JSON. Empty if no rule matches the record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Rejected>,
    /// True if the events are published on the bus.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub bus: bool,
    /// True if the response had no space left. The pipe must send the record again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferred: bool,
}

/// A record that could not become events, and the reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rejected {
    /// The place in the record, the pipe file or the event: `dynamodb.NewImage.total.N`.
    pub path: String,
    pub reason: String,
    /// The whole record. It is not compressed: base64 of data that does not compress is a third larger, and
    /// a response must not be larger than its batch.
    pub record: Box<RawValue>,
}

impl Element {
    pub fn deferred(event_id: String) -> Self {
        Self { event_id, pipe: String::new(), events: Vec::new(), rejected: None, bus: true, deferred: true }
    }
}

fn yes() -> bool {
    true
}
