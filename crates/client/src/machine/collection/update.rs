use std::sync::Arc;

use crate::machine::delivery::{Delivery, Invalid};
use crate::machine::entry::Entry;
use crate::wire::event::Event;

/// A change of an item. Without an entry: its removal.
#[derive(Debug)]
pub(super) struct Update {
    pub event: Arc<Event>,
    pub entry: Option<Entry>,
}

impl Update {
    /// Returns what a delivery changes. A subscription to a type and its removals has no other events. Late events
    /// change nothing.
    pub fn of(delivery: &Delivery, event_type: &str) -> Option<Self> {
        let (event, is_valid) = match delivery {
            Delivery::Event(event) => (event, true),
            Delivery::Invalid(Invalid { event, .. }) if !event.is_late() => (event, false),
            _ => return None,
        };
        Some(Self { event: event.clone(), entry: Entry::of(event, event_type, is_valid) })
    }

    pub fn subject(&self) -> &str {
        self.event.subject().unwrap_or_default()
    }
}
