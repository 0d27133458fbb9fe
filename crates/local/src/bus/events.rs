use std::collections::VecDeque;

use super::entry::Event;
use super::query::Query;

const MAX_EVENTS: usize = 10_000;
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The newest events of the bus, as JSON.
#[derive(Default)]
pub struct StoredEvents {
    events: VecDeque<StoredEvent>,
    bytes: usize,
    has_dropped: bool,
}

struct StoredEvent {
    id: String,
    json: String,
}

impl StoredEvents {
    pub fn add(&mut self, event: Event) {
        // Serialization cannot fail: all keys are strings.
        let Ok(json) = serde_json::to_string(&event) else { return };
        self.bytes += json.len();
        self.events.push_back(StoredEvent { id: event.id, json });
        while self.events.len() > MAX_EVENTS || self.bytes > MAX_BYTES {
            self.log_first_drop();
            let oldest = self.events.pop_front();
            self.bytes -= oldest.map_or(0, |oldest| oldest.json.len());
        }
    }

    fn log_first_drop(&mut self) {
        if !std::mem::replace(&mut self.has_dropped, true) {
            tracing::info!(
                "bus: GET /bus no longer lists the oldest events: it keeps {MAX_EVENTS}, or {MAX_BYTES} bytes"
            );
        }
    }

    /// Returns a JSON array with one event on each line. If the event of `after` was dropped, returns all
    /// events.
    pub fn list(&self, query: &Query) -> String {
        let index = |id: &String| self.events.iter().position(|event| event.id == *id);
        let after = query.after.as_ref().and_then(index).map_or(0, |index| index + 1);
        let newest = self.events.len().saturating_sub(query.limit.unwrap_or(usize::MAX));
        let events = self.events.iter().skip(after.max(newest)).map(|event| event.json.as_str());
        format!("[{}]\n", events.collect::<Vec<_>>().join(",\n"))
    }
}

#[cfg(test)]
mod tests;
