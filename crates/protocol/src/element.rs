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
    /// Why the events have no `traceparent`, although the item has a new one. It never has the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_trace: Option<String>,
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
    /// The trace of the change, if the record has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

impl Element {
    pub fn deferred(event_id: String) -> Self {
        Self {
            event_id,
            pipe: String::new(),
            events: Vec::new(),
            rejected: None,
            bus: true,
            deferred: true,
            invalid_trace: None,
        }
    }
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Elements of earlier versions do not have the member.
    #[test]
    fn an_element_goes_to_the_bus_unless_it_is_excluded() {
        let read = |more: &str| {
            let text = format!(r#"{{"eventID":"1","pipe":"orders","events":[]{more}}}"#);
            serde_json::from_str::<Element>(&text).unwrap().bus
        };
        assert!(read("") && !read(r#","bus":false"#));
    }
}
