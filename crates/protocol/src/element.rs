//! The element that `enrich` returns for each record and `dispatch` receives.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

#[derive(Debug, Serialize, Deserialize)]
pub struct Element {
    /// The record's own id, which `batchItemFailures` names.
    #[serde(rename = "eventID")]
    pub event_id: String,
    pub pipe: String,
    /// CloudEvents in JSON. Empty if no rule matches the record.
    #[serde(default)]
    pub events: Vec<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Rejected>,
}

/// A record that could not become events, and the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The place in the record, the pipe file or the event: `dynamodb.NewImage.total.N`.
    pub path: String,
    pub reason: String,
    /// The whole record: JSON, compressed with zstd, in base64.
    pub record: String,
}
