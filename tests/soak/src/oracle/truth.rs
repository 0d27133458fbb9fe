//! The events that must arrive.

use std::collections::HashMap;

use super::Verdict;
use super::observations::{Expected, Outcome, Received, Write};

pub struct Truth<'a> {
    pub events: Vec<True<'a>>,
    /// The changes that must be rejected.
    pub rejected: Vec<&'a Write>,
    by_key: HashMap<(&'a str, &'a str, u64), usize>,
    writes: &'a [Write],
}

/// An event that must arrive.
pub struct True<'a> {
    pub write: &'a Write,
    pub expected: &'a Expected,
    /// Grows with the changes of the item, and with the events of one change.
    pub order: (usize, usize),
}

impl<'a> Truth<'a> {
    pub fn new(writes: &'a [Write]) -> Self {
        let mut truth = Self { events: Vec::new(), rejected: Vec::new(), by_key: HashMap::new(), writes };
        for (number, write) in writes.iter().enumerate() {
            match &write.outcome {
                Outcome::Events(events) => truth.add(number, write, events),
                Outcome::Rejected => truth.rejected.push(write),
            }
        }
        truth
    }

    fn add(&mut self, number: usize, write: &'a Write, events: &'a [Expected]) {
        for (rank, expected) in events.iter().enumerate() {
            let key = (write.subject.as_str(), expected.event_type, expected.version);
            self.by_key.insert(key, self.events.len());
            self.events.push(True { write, expected, order: (number, rank) });
        }
    }

    /// Returns the index of the event that arrived.
    pub fn find(&self, event: &Received) -> Option<usize> {
        self.by_key.get(&(event.subject.as_str(), event.event_type.as_str(), event.version)).copied()
    }

    pub fn count(&self, verdict: &mut Verdict) {
        for write in self.writes {
            verdict.count("writes", 1);
            verdict.count(&format!("writes: {}", write.kind), 1);
            verdict.count("writes without an answer", usize::from(!write.is_certain));
        }
        verdict.count("expected events", self.events.len());
    }
}

impl True<'_> {
    /// Returns what is wrong with the content.
    pub fn fault_of(&self, event: &Received) -> Option<String> {
        let differs = !event.is_notice && event.data != self.expected.data;
        let other = || format!("the data is {}, but {} was written", event.data, self.expected.data);
        event.fault.clone().or_else(|| differs.then(other))
    }
}

/// Names an event in a finding.
pub fn name(event: &Received) -> String {
    let Received { subject, event_type, version, id, .. } = event;
    let position = event.position.as_ref().map(|position| format!("{position:?}")).unwrap_or_default();
    format!("{subject} version {version} {event_type} ({id} {position})")
}

impl std::fmt::Display for True<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Expected { event_type, version, .. } = self.expected;
        let Write { kind, subject, started, .. } = self.write;
        write!(f, "{subject} version {version} {event_type}, written at {started} ms by {kind}")
    }
}
