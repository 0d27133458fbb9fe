//! The element that `enrich` returns for each record and `dispatch` receives, and the response of `dispatch`.

use std::collections::BTreeSet;

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

/// The partial batch failure of EventBridge Pipes: the records that the pipe must retry.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    pub batch_item_failures: Vec<BatchItemFailure>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchItemFailure {
    /// The record's eventID.
    pub item_identifier: String,
}

impl BatchResponse {
    /// Each record once.
    pub fn of_failed(ids: BTreeSet<String>) -> Self {
        let failures = ids.into_iter().map(|item_identifier| BatchItemFailure { item_identifier });
        Self { batch_item_failures: failures.collect() }
    }

    /// The eventIDs of the records that failed.
    pub fn failed(self) -> BTreeSet<String> {
        self.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }
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

    /// Without the member, nobody knows what was delivered.
    #[test]
    fn a_response_names_the_records_that_failed() {
        let failed = ["1", "2"].map(str::to_owned).into();
        let text = serde_json::to_string(&BatchResponse::of_failed(failed)).unwrap();
        assert_eq!(text, r#"{"batchItemFailures":[{"itemIdentifier":"1"},{"itemIdentifier":"2"}]}"#);
        let read = |text: &str| serde_json::from_str(text).map(BatchResponse::failed);
        assert_eq!(read(&text).unwrap(), ["1", "2"].map(str::to_owned).into());
        for other in ["{}", "null", "[]", r#"{"batchItemFailures":null}"#] {
            assert!(read(other).is_err(), "{other}");
        }
    }
}
