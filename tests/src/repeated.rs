//! Events that a client receives again: dispatch and fanout deliver at least once.

use std::collections::HashSet;

use serde_json::Value;

/// The ids of the events of one connection.
#[derive(Default)]
pub struct Repeated(HashSet<String>);

impl Repeated {
    /// Returns whether an event was there before. Replies and control events have no position, and never were.
    /// After `tablecast.resumed`, the server sends events of the log again.
    pub fn is_repeated(&mut self, event: &Value) -> bool {
        if event["type"] == "tablecast.resumed.v1" {
            self.0.clear();
        }
        let id = event["position"].as_str().and(event["id"].as_str());
        id.is_some_and(|id| !self.0.insert(id.to_owned()))
    }
}
