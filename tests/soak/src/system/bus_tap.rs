//! The events that the bus accepted, as they pass the proxy. The local mode's own list is gone after a restart.

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

#[derive(Clone)]
pub struct BusTap(UnboundedSender<Value>);

impl BusTap {
    pub fn new() -> (Self, UnboundedReceiver<Value>) {
        let (sender, receiver) = unbounded_channel();
        (Self(sender), receiver)
    }

    /// Passes on the events of each entry that the response accepts.
    pub fn publish(&self, request: &[u8], response: &[u8]) {
        let (Some(entries), Some(results)) = (entries(request), entries(response)) else { return };
        for (entry, _) in entries.iter().zip(&results).filter(|(_, result)| result["EventId"].is_string()) {
            let detail = entry["Detail"].as_str().and_then(|text| serde_json::from_str(text).ok());
            // Fails only after the workload has finished.
            let _ = self.0.send(detail.unwrap_or(Value::Null));
        }
    }
}

/// A PutEvents of which some entries fail.
pub struct Split {
    pub passed: Bytes,
    /// For each entry, whether it passes.
    passes: Vec<bool>,
}

/// Returns `None` if there is nothing that could fail in part.
pub fn split(request: &[u8]) -> Option<Split> {
    let entries = entries(request)?;
    let passes: Vec<_> = entries.iter().map(|_| fastrand::bool()).collect();
    let passed: Vec<_> =
        entries.iter().zip(&passes).filter(|(_, passes)| **passes).map(|(entry, _)| entry).collect();
    // The bus refuses an empty list.
    (!passed.is_empty())
        .then(|| Split { passed: json!({ "Entries": passed }).to_string().into(), passes: passes.clone() })
}

impl Split {
    /// Adds the results of the failed entries.
    pub fn merge(&self, response: &[u8]) -> Bytes {
        let Some(results) = entries(response) else { return Bytes::copy_from_slice(response) };
        let mut results = results.into_iter();
        let failed = json!({"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"});
        let merge = |passes: &bool| if *passes { results.next().unwrap_or_default() } else { failed.clone() };
        let merged: Vec<_> = self.passes.iter().map(merge).collect();
        let count = merged.iter().filter(|result| result["ErrorCode"].is_string()).count();
        json!({"FailedEntryCount": count, "Entries": merged}).to_string().into()
    }
}

fn entries(body: &[u8]) -> Option<Vec<Value>> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    match body["Entries"].take() {
        Value::Array(entries) => Some(entries),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_entries_keep_their_places() {
        let split = Split { passed: Bytes::new(), passes: vec![true, false, true] };
        let response = split.merge(br#"{"FailedEntryCount":0,"Entries":[{"EventId":"a"},{"EventId":"b"}]}"#);
        let response: Value = serde_json::from_slice(&response).unwrap();
        assert_eq!(response["FailedEntryCount"], 1);
        assert_eq!(
            (&response["Entries"][0]["EventId"], &response["Entries"][2]["EventId"]),
            (&json!("a"), &json!("b"))
        );
        assert_eq!(response["Entries"][1]["ErrorCode"], "ThrottlingException");
    }

    #[test]
    fn only_accepted_entries_are_published() {
        let (tap, mut published) = BusTap::new();
        let entry = |id: u8| json!({"Detail": json!({ "id": id }).to_string()});
        let request = json!({"Entries": [entry(1), entry(2)]}).to_string();
        tap.publish(request.as_bytes(), br#"{"Entries":[{"ErrorCode":"InternalFailure"},{"EventId":"b"}]}"#);
        assert_eq!(published.try_recv().unwrap()["id"], 2);
        assert!(published.try_recv().is_err());
    }
}
