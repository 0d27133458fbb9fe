//! The events that a client received.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::Value;

use crate::barrier::is_barrier_subject;

/// The received events in the order of arrival. It drops repeated events, which have the same id.
#[derive(Default)]
pub struct Inbox {
    known: HashSet<String>,
    pub events: Vec<Received>,
}

#[derive(Debug, Deserialize)]
pub struct Received {
    pub id: String,
    pub subject: String,
    pub sequence: String,
    pub data: Value,
}

impl Inbox {
    /// Adds the event of a frame, or the events of a frame of `cloudevents-batch.json`.
    pub fn add(&mut self, frame: &str) {
        let frame: Value = serde_json::from_str(frame).unwrap();
        let events = match frame {
            Value::Array(events) => events,
            event => vec![event],
        };
        for event in events {
            let event: Received = serde_json::from_value(event).unwrap();
            if !is_barrier_subject(&event.subject) && self.known.insert(event.id.clone()) {
                self.events.push(event);
            }
        }
    }

    /// Returns whether the events of each subject are in the order of their changes.
    pub fn is_in_order(&self) -> bool {
        let mut last: BTreeMap<&str, &str> = BTreeMap::new();
        self.events.iter().all(|event| {
            let before = last.insert(&event.subject, &event.sequence);
            before.is_none_or(|before| *before < *event.sequence)
        })
    }
}
