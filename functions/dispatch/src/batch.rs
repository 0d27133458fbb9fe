use std::collections::BTreeSet;

use tablecast_protocol::element::{Element, Rejected};

use crate::event::Event;
use crate::failure::FailedChannel;

/// The elements of a batch, by what must be done with them. Each record is in one of the parts, or counted.
#[derive(Debug, Default)]
pub struct Batch {
    /// The pipe that all records came through.
    pub pipe: String,
    pub records: usize,
    pub events: Vec<Event>,
    pub rejections: Vec<Rejection>,
    /// Records that no rule matched.
    pub unmatched: usize,
    /// eventIDs of records with an invalid event. The pipe retries them, and sends them to its dead-letter
    /// queue.
    pub invalid: BTreeSet<String>,
    /// eventIDs of the records that `enrich` deferred, and of all records after them. Nothing of them is
    /// delivered, so that the pipe keeps their order when it sends them again.
    pub deferred: BTreeSet<String>,
    /// Channels whose logs do not hold all of their events. Nobody receives those, and the pipe sends their
    /// records again.
    pub failed: Vec<FailedChannel>,
    pub withdrawn: Vec<Event>,
    pub invalid_traces: InvalidTraces,
}

/// Records whose trace is not valid. Their events are delivered without one.
#[derive(Debug, Default)]
pub struct InvalidTraces {
    pub records: usize,
    /// The eventID of the first record, and the reason.
    pub first: Option<(String, String)>,
}

#[derive(Debug)]
pub struct Rejection {
    pub pipe: String,
    pub event_id: String,
    pub rejected: Rejected,
}

impl Batch {
    pub fn sort(elements: Vec<Element>) -> Self {
        let mut batch = Self { pipe: pipe(&elements), records: elements.len(), ..Self::default() };
        elements.into_iter().for_each(|element| batch.add(element));
        batch
    }

    fn add(&mut self, element: Element) {
        let Element { event_id, pipe, events, rejected, bus, deferred, invalid_trace } = element;
        if deferred || !self.deferred.is_empty() {
            self.deferred.insert(event_id);
            return;
        }
        if pipe.is_empty() {
            return self.add_invalid(&event_id, "unknown", "the element has no pipe");
        }
        self.invalid_traces.add(&event_id, invalid_trace);
        self.unmatched += usize::from(events.is_empty() && rejected.is_none());
        for text in events {
            match Event::read(&event_id, &pipe, text) {
                Ok(event) => self.events.push(Event { bus, ..event }),
                Err(reason) => self.add_invalid(&event_id, &pipe, &reason),
            }
        }
        self.rejections.extend(rejected.map(|rejected| Rejection { pipe, event_id, rejected }));
    }

    fn add_invalid(&mut self, event_id: &str, pipe: &str, reason: &str) {
        tracing::error!(
            pipe,
            event_id,
            reason,
            "enrich returned an invalid event or element: the pipe retries its record"
        );
        self.invalid.insert(event_id.to_owned());
    }
}

impl InvalidTraces {
    fn add(&mut self, event_id: &str, reason: Option<String>) {
        let Some(reason) = reason else { return };
        self.records += 1;
        self.first.get_or_insert_with(|| (event_id.to_owned(), reason));
    }
}

/// A rejected record may not name its pipe, and a deferred one does not; other records of the batch do.
fn pipe(elements: &[Element]) -> String {
    let mut named = elements.iter().filter(|element| !element.pipe.is_empty());
    let accepted = named.clone().find(|element| element.rejected.is_none());
    accepted.or(named.next()).map_or("unknown", |element| &element.pipe).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_record_is_an_event_a_rejection_invalid_or_unmatched() {
        let event = json!({ "id": "1", "source": "tablecast/orders", "type": "a.v1", "subject": "orders/1", "time": "2026-11-23T05:00:00Z" });
        let rejected = json!({ "path": "p", "reason": "r", "record": "" });
        let elements = json!([
            { "eventID": "3", "pipe": "unknown", "rejected": rejected },
            { "eventID": "1", "pipe": "orders", "events": [event, event] },
            { "eventID": "2", "pipe": "orders", "events": [] },
            { "eventID": "4", "pipe": "orders", "events": [event, {}] },
        ]);
        let batch = Batch::sort(serde_json::from_str(&elements.to_string()).unwrap());
        let records: Vec<_> = batch.events.iter().map(|event| event.record.as_str()).collect();
        assert_eq!(records, ["1", "1", "4"]);
        assert_eq!((batch.pipe.as_str(), batch.records, batch.unmatched), ("orders", 4, 1));
        assert_eq!(batch.rejections[0].event_id, "3");
        assert_eq!(batch.invalid, BTreeSet::from(["4".to_owned()]));
    }

    #[test]
    fn nothing_after_the_first_deferred_record_is_delivered() {
        let event = json!({ "id": "1", "source": "tablecast/orders", "type": "a.v1", "subject": "orders/1", "time": "2026-11-23T05:00:00Z" });
        let rejected = json!({ "path": "p", "reason": "r", "record": {} });
        let elements = json!([
            { "eventID": "1", "pipe": "orders", "events": [event] },
            { "eventID": "2", "deferred": true },
            { "eventID": "3", "pipe": "orders", "events": [event, {}] },
            { "eventID": "4", "pipe": "orders", "rejected": rejected },
            { "eventID": "5", "pipe": "orders" },
        ]);
        let batch = Batch::sort(serde_json::from_str(&elements.to_string()).unwrap());
        assert_eq!(batch.deferred, ["2", "3", "4", "5"].map(str::to_owned).into());
        assert_eq!((batch.pipe.as_str(), batch.records, batch.events.len()), ("orders", 5, 1));
        assert_eq!((batch.unmatched, batch.rejections.len(), batch.invalid.len()), (0, 0, 0));
    }

    #[test]
    fn an_element_without_a_pipe_is_retried() {
        let elements = json!([{ "eventID": "1", "events": [] }, { "eventID": "2", "pipe": "orders" }]);
        let batch = Batch::sort(serde_json::from_str(&elements.to_string()).unwrap());
        assert_eq!((batch.invalid, batch.unmatched), (BTreeSet::from(["1".to_owned()]), 1));
    }
}
