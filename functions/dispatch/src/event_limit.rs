//! The size of events. Nobody receives an event that the bus could not accept.

use tablecast_protocol::event::BUS_OVERHEAD_BYTES;

use crate::batch::Batch;

impl Batch {
    /// Removes events that the bus cannot accept with their position, and has the pipe retry their records.
    /// `enrich` rejects such records, so this happens only if the two functions have different limits.
    pub fn refuse_larger(&mut self, max_bytes: usize) {
        let most = max_bytes.saturating_sub(BUS_OVERHEAD_BYTES);
        let (events, larger): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.events).into_iter().partition(|event| event.text.len() <= most);
        self.events = events;
        for event in larger {
            let (pipe, event_id, trace_id) = (&event.pipe, &event.record, event.trace_id());
            let bytes = event.text.len();
            tracing::error!(
                pipe,
                event_id,
                trace_id,
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
    fn larger_events_are_refused_and_their_records_retried() {
        let event = |data: &str| json!({ "id": "1", "source": "tablecast/o", "type": "a.v1", "subject": "o/1", "time": "2026-11-23T05:00:00Z", "data": data });
        let empty = event("").to_string().len();
        for limit in [256 * 1024, 1024 * 1024] {
            let of = |bytes: usize| event(&"x".repeat(bytes - empty));
            let elements = json!([
                { "eventID": "1", "pipe": "orders", "events": [of(limit - BUS_OVERHEAD_BYTES)] },
                { "eventID": "2", "pipe": "orders", "events": [of(limit - BUS_OVERHEAD_BYTES + 1)] },
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
