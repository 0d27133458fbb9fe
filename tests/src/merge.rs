//! The order in which a client delivers the events of its sources, over all its connections.
//!
//! When a client resumes, the server sends `tablecast.resumed` with the end of each source's replay, then the
//! replayed events, then `tablecast.subscribed`. Live events can arrive at any point in between, before older
//! events of the replay. So the client holds live events back until `tablecast.subscribed`, and drops events
//! that it has delivered before.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tablecast_protocol::Position;

/// Number of delivered positions that the client keeps, the newest ones of all sources, to recognize repeated
/// events.
const MAX_KEPT: usize = 20_000;

#[derive(Debug)]
pub struct Merge<T> {
    /// Those that the server listed. Events of others are delivered, and leave nothing here.
    sources: BTreeMap<String, Source<T>>,
    /// True from `tablecast.subscribed` on.
    live: bool,
    kept: VecDeque<(String, Position)>,
}

/// The client's place in the log of a source.
#[derive(Debug)]
struct Source<T> {
    /// The position of the first subscription, then the greatest one that was delivered.
    last: Position,
    /// The end of the replay. The server replays every event up to here, in order.
    replayed_to: Position,
    /// Live events that wait for `tablecast.subscribed`. None for a late one.
    held: BTreeMap<Position, Option<T>>,
    /// Positions of events that the application has received.
    delivered: BTreeSet<Position>,
}

impl<T> Default for Merge<T> {
    fn default() -> Self {
        Self { sources: BTreeMap::new(), live: false, kept: VecDeque::new() }
    }
}

impl<T> Merge<T> {
    /// Returns the position of each source to resume after.
    pub fn after(&self) -> BTreeMap<&str, Position> {
        self.sources.iter().map(|(name, source)| (name.as_str(), source.last)).collect()
    }

    /// Handles `tablecast.resumed` of a new connection, for one source. The server sends held events again.
    pub fn resumed(&mut self, source: &str, replayed_to: Position) {
        self.live = false;
        if let Some(source) = self.sources.get_mut(source) {
            source.replayed_to = replayed_to;
            source.held.clear();
        }
    }

    /// Handles an event, or a late one, which is no news. Returns news for delivery, unless they were delivered
    /// before or are held back.
    pub fn event(&mut self, name: &str, position: Position, news: Option<T>) -> Option<T> {
        let Some(source) = self.sources.get_mut(name) else { return news };
        if source.delivered.contains(&position) {
            return None;
        }
        let is_replayed =
            position.epoch == source.replayed_to.epoch && position.offset <= source.replayed_to.offset;
        if self.live || is_replayed {
            self.mark_delivered(name, position);
            return news;
        }
        source.held.insert(position, news);
        None
    }

    /// Handles `tablecast.subscribed`, which lists all sources. Every earlier event has arrived, so this
    /// returns the held events: those of each source in order.
    pub fn subscribed(&mut self, listed: &BTreeMap<String, Position>) -> Vec<T> {
        self.live = true;
        self.sources.retain(|name, _| listed.contains_key(name));
        for (name, start) in listed {
            self.sources.entry(name.clone()).or_insert_with(|| Source::new(*start));
        }
        let held = self.sources.iter_mut();
        let held: Vec<_> =
            held.map(|(name, source)| (name.clone(), std::mem::take(&mut source.held))).collect();
        for (name, held) in &held {
            held.keys().for_each(|position| self.mark_delivered(name, *position));
        }
        held.into_iter().flat_map(|(_, held)| held.into_values().flatten()).collect()
    }

    fn mark_delivered(&mut self, name: &str, position: Position) {
        let Some(source) = self.sources.get_mut(name) else { return };
        source.delivered.insert(position);
        // A channel without events has offset 0, and another epoch in each reply.
        if source.last.offset == 0 || source.last < position {
            source.last = position;
        }
        self.kept.push_back((name.to_owned(), position));
        if self.kept.len() > MAX_KEPT {
            let oldest = self.kept.pop_front();
            oldest.inspect(|(name, position)| self.forget(name, position));
        }
    }

    fn forget(&mut self, name: &str, position: &Position) {
        if let Some(source) = self.sources.get_mut(name) {
            source.delivered.remove(position);
        }
    }
}

impl<T> Source<T> {
    fn new(start: Position) -> Self {
        Self { last: start, replayed_to: start, held: BTreeMap::new(), delivered: BTreeSet::new() }
    }
}

#[cfg(test)]
mod tests;
