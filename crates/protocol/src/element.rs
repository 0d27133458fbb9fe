//! What `enrich` answers for each record and `dispatch` receives: one element per record.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

#[derive(Debug, Serialize, Deserialize)]
pub struct Element {
    /// The record's own id: what `batchItemFailures` names.
    #[serde(rename = "eventID")]
    pub event_id: String,
    pub pipe: String,
    /// CloudEvents in JSON; none for a record that no rule wants.
    #[serde(default)]
    pub events: Vec<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Rejected>,
}

/// Why a record could not become events, with the record itself, so that nothing is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Where in the record, the pipe file or the event: `dynamodb.NewImage.total.N`.
    pub path: String,
    pub reason: String,
    /// The whole record: JSON, zstd, base64.
    pub record: String,
}
