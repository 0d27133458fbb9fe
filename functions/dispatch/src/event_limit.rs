//! The size of events. Nobody receives an event that the bus could not accept.

use std::env;

use tablecast_bus::{MAX_BYTES, OVERHEAD_BYTES};

use crate::batch::Batch;

/// The environment variable with the bytes of the largest entry that EventBridge accepts in this region.
const VARIABLE: &str = "MAX_EVENT_BYTES";

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{VARIABLE}={0:?} is not a number of bytes from 2048 to {MAX_BYTES}. Set max_event_bytes in Terraform."
)]
pub struct InvalidEventLimit(String);

/// Reads the limit. Without the variable, it is EventBridge's own limit of 1 MB.
pub fn event_limit() -> Result<usize, InvalidEventLimit> {
    env::var(VARIABLE).map_or(Ok(MAX_BYTES), |text| parse(&text))
}

fn parse(text: &str) -> Result<usize, InvalidEventLimit> {
    let bytes = text.parse().ok().filter(|bytes| (2 * OVERHEAD_BYTES..=MAX_BYTES).contains(bytes));
    bytes.ok_or_else(|| InvalidEventLimit(text.to_owned()))
}

impl Batch {
    /// Removes events that the bus cannot accept with their position. The pipe retries their records, and
    /// sends them to its dead-letter queue.
    pub fn refuse_larger(&mut self, max_bytes: usize) {
        let most = max_bytes.saturating_sub(OVERHEAD_BYTES);
        let (events, larger) =
            std::mem::take(&mut self.events).into_iter().partition(|event| event.text.len() <= most);
        self.events = events;
        for event in Vec::into_iter(larger) {
            let (pipe, event_id, bytes) = (&event.pipe, &event.record, event.text.len());
            tracing::error!(
                pipe,
                event_id,
                bytes,
                most,
                "an event is too large for the bus, so nobody receives it: list fewer attributes in data"
            );
            self.invalid.insert(event.record);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_limit_is_a_number_of_bytes_up_to_one_megabyte() {
        assert_eq!(parse("262144"), Ok(262_144));
        assert_eq!(parse("1048576"), Ok(1_048_576));
        for text in ["", "0", "-1", "256 KB", "1048577"] {
            assert_eq!(parse(text), Err(InvalidEventLimit(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn larger_events_are_refused_and_their_records_retried() {
        let event = |data: &str| json!({ "id": "1", "type": "a.v1", "subject": "o/1", "time": "2026-11-23T05:00:00Z", "data": data });
        let empty = event("").to_string().len();
        for limit in [256 * 1024, 1024 * 1024] {
            let of = |bytes: usize| event(&"x".repeat(bytes - empty));
            let elements = json!([
                { "eventID": "1", "pipe": "orders", "events": [of(limit - OVERHEAD_BYTES)] },
                { "eventID": "2", "pipe": "orders", "events": [of(limit - OVERHEAD_BYTES + 1)] },
            ]);
            let mut batch = Batch::sort(serde_json::from_str(&elements.to_string()).unwrap());
            batch.refuse_larger(limit);
            assert_eq!((batch.events.len(), batch.invalid.len()), (1, 1), "{limit}");
            assert_eq!(
                (batch.events[0].record.as_str(), batch.invalid.first().unwrap().as_str()),
                ("1", "2")
            );
        }
    }
}
