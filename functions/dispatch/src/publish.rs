//! Publishes events on the bus. The pipe retries the records of events that the bus did not accept.

use std::collections::BTreeSet;

use tablecast_bus::{Bus, Entry};
use tokio::time::Instant;

use crate::event::Event;

/// The result of publishing a batch's events.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Published {
    pub events: usize,
    /// Entries that were sent again.
    pub retried: usize,
    /// eventIDs of the records that the pipe must retry.
    pub failed: BTreeSet<String>,
}

impl Published {
    pub fn add(&mut self, other: Self) {
        self.events += other.events;
        self.retried += other.retried;
        self.failed.extend(other.failed);
    }
}

/// Leaves out the events of pipes that do not use the bus.
pub async fn publish(bus: &Bus, events: &[Event], until: Instant) -> Published {
    let events: Vec<_> = events.iter().filter(|event| event.bus).collect();
    let entries: Vec<_> = events.iter().map(|event| entry(event)).collect();
    let published = bus.publish(&entries, until).await;
    Published {
        events: events.len() - published.failed.len(),
        retried: published.retried,
        failed: published.failed.iter().map(|index| events[*index].record.clone()).collect(),
    }
}

fn entry(event: &Event) -> Entry<'_> {
    Entry {
        id: &event.record,
        pipe: &event.pipe,
        event_type: &event.event_type,
        time: event.time,
        text: &event.text,
        traceparent: event.traceparent.as_deref(),
    }
}
