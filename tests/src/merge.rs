//! The order in which a client delivers the events of one source, over all its connections.
//!
//! When a client resumes, the server sends `tablecast.resumed` with the end of the replay, then the replayed
//! events, then `tablecast.subscribed`. Live events can arrive at any point in between, before older events
//! of the replay. So the client holds live events back until `tablecast.subscribed`, and drops events that it
//! has delivered before.

use std::collections::{BTreeMap, BTreeSet};

/// Number of delivered offsets that the client keeps, the newest ones, to recognize repeated events.
const MAX_KEPT: usize = 20_000;

#[derive(Debug)]
pub struct Merge<T> {
    /// The end of the replay. The server replays every event up to here, in order.
    replayed_to: u64,
    /// True from `tablecast.subscribed` on.
    live: bool,
    /// Live events that wait for `tablecast.subscribed`, by offset.
    held: BTreeMap<u64, T>,
    /// Offsets of events that the application has received.
    delivered: BTreeSet<u64>,
}

impl<T> Default for Merge<T> {
    fn default() -> Self {
        Self { replayed_to: 0, live: false, held: BTreeMap::new(), delivered: BTreeSet::new() }
    }
}

impl<T> Merge<T> {
    /// Returns the offset to resume after, or none before the first event.
    pub fn last(&self) -> Option<u64> {
        self.delivered.last().copied()
    }

    /// Handles `tablecast.resumed` on a new connection. The server sends held events again.
    pub fn resumed(&mut self, replayed_to: u64) {
        (self.replayed_to, self.live) = (replayed_to, false);
        self.held.clear();
    }

    /// Handles an event. Returns it for delivery, unless it was delivered before or is held back.
    pub fn event(&mut self, offset: u64, event: T) -> Option<T> {
        if self.delivered.contains(&offset) {
            return None;
        }
        if self.live || offset <= self.replayed_to {
            self.mark_delivered(offset);
            return Some(event);
        }
        self.held.insert(offset, event);
        None
    }

    /// Handles `tablecast.subscribed`. Every earlier event has arrived, so this returns the held events in
    /// order.
    pub fn subscribed(&mut self) -> Vec<T> {
        self.live = true;
        let held = std::mem::take(&mut self.held);
        held.keys().for_each(|offset| self.mark_delivered(*offset));
        held.into_values().collect()
    }

    fn mark_delivered(&mut self, offset: u64) {
        self.delivered.insert(offset);
        if self.delivered.len() > MAX_KEPT {
            self.delivered.pop_first();
        }
    }
}

#[cfg(test)]
mod tests;
