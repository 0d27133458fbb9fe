//! To the bus; the records of what does not get there are returned.

use std::collections::BTreeSet;

use tablecast_bus::{Bus, Entry};
use tokio::time::Instant;

use crate::event::Event;

/// What became of a batch's events on the bus.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Published {
    pub events: usize,
    /// Entries that were offered again.
    pub retried: usize,
    /// eventIDs of the records that must come again.
    pub failed: BTreeSet<String>,
}

pub async fn publish(bus: &Bus, events: &[Event], until: Instant) -> Published {
    let entries: Vec<_> = events.iter().map(entry).collect();
    let published = bus.publish(&entries, until).await;
    Published {
        events: events.len() - published.failed.len(),
        retried: published.retried,
        failed: published.failed.iter().map(|place| events[*place].record.clone()).collect(),
    }
}

fn entry(event: &Event) -> Entry<'_> {
    Entry {
        id: &event.record,
        pipe: &event.pipe,
        event_type: &event.event_type,
        time: event.time,
        text: &event.text,
    }
}
