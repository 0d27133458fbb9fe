use serde::Serialize;
use serde_json::Value;
use tablecast_protocol::rfc3339;
use tablecast_rejected::Cause;

use crate::dead_letter::DeadLetter;
use crate::outcome::Outcome;
use crate::record::Record;
use crate::record_result::{Event, RecordResult};

/// A record, and what becomes of it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    pub pipe: String,
    /// The record's eventID.
    pub id: String,
    pub place: Place,
    pub operation: String,
    pub keys: Value,
    /// When the item changed, RFC 3339.
    pub changed: String,
    /// When the record failed, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<Cause>,
    pub outcome: Outcome,
    pub events: Vec<Event>,
    /// True if the bus gets the events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bus: Option<bool>,
    /// Why it still fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cause>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    Rejected,
    DeadLetter,
    /// An item that was read from its table.
    Table,
}

impl Line {
    /// `letter` is the dead letter that has the record, if there is one.
    pub fn new(
        record: &Record,
        letter: Option<&DeadLetter>,
        outcome: Outcome,
        result: Option<RecordResult>,
    ) -> Self {
        let (place, failed_at, failed) = match (&record.rejected, letter) {
            (Some(rejected), _) => {
                (Place::Rejected, Some(rfc3339(rejected.at * 1000)), Some(rejected.cause.clone()))
            }
            (None, Some(letter)) => {
                let failed = Cause { path: String::new(), reason: letter.condition.clone() };
                (Place::DeadLetter, Some(letter.at.clone()), Some(failed))
            }
            (None, None) => (Place::Table, None, None),
        };
        let line = Self {
            pipe: record.pipe.clone(),
            id: record.id.clone(),
            place,
            operation: record.head.operation.clone(),
            keys: record.head.change.keys.json(),
            changed: rfc3339(record.changed()),
            failed_at,
            failed,
            outcome,
            events: Vec::new(),
            bus: None,
            reason: None,
        };
        line.with_result(result)
    }

    fn with_result(self, result: Option<RecordResult>) -> Self {
        match result {
            Some(RecordResult::Events(events, bus)) => Self { events, bus: Some(bus), ..self },
            Some(RecordResult::Rejected(cause)) => Self { reason: Some(cause), ..self },
            _ => self,
        }
    }
}
