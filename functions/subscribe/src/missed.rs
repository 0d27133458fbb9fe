//! What a client missed, of all channels that it resumes.

use std::collections::BTreeMap;

use tablecast_event_log::{LoggedEvent, MAX_REPLAYED_BYTES, Replay};
use tablecast_protocol::{Control, Position, Unrecovered};

/// The events that a client missed.
#[derive(Debug, Default)]
pub struct Missed {
    /// By source, as the client named it: the position up to which its events are here, or why there are
    /// none.
    results: BTreeMap<String, Result<Position, Unrecovered>>,
    /// In order, those of each source on their own: a frame never mixes sources.
    pub events: Vec<Vec<LoggedEvent>>,
    bytes: usize,
}

impl Missed {
    /// Adds the events of one source. Leaves them out if they exceed what a client can resume at once; other
    /// sources with fewer events can still fit.
    pub fn add(&mut self, source: &str, replay: Replay) {
        let result = self.take(replay);
        self.results.insert(source.to_owned(), result);
    }

    /// Adds a source that has no log for the client.
    pub fn refuse(&mut self, source: &str, reason: Unrecovered) {
        self.results.insert(source.to_owned(), Err(reason));
    }

    fn take(&mut self, replay: Replay) -> Result<Position, Unrecovered> {
        let events = replay.events?;
        let bytes = self.bytes + events.iter().map(|event| event.text.len()).sum::<usize>();
        if bytes > MAX_REPLAYED_BYTES {
            return Err(Unrecovered::TooMuch);
        }
        self.bytes = bytes;
        self.events.push(events);
        Ok(replay.end)
    }

    /// Returns whether the client resumes no source.
    pub fn is_empty(&self) -> bool {
        self.results.is_empty()
    }

    /// The position up to which the client has the events of a source.
    pub fn position(&self, source: &str) -> Option<Position> {
        self.results.get(source).and_then(|result| result.ok())
    }

    /// The event that announces what follows.
    pub fn announcement(&self) -> Control {
        let sources = self.results.iter().map(|(name, result)| (name.clone(), (*result).into()));
        Control::Resumed { sources: sources.collect() }
    }
}

#[cfg(test)]
mod tests {
    use tablecast_protocol::Epoch;

    use super::*;

    fn position(offset: u64) -> Position {
        Position { epoch: Epoch(1), offset }
    }

    fn replay(bytes: usize) -> Replay {
        let events = vec![LoggedEvent { text: "x".repeat(bytes), position: position(1) }];
        Replay { end: position(1), events: Ok(events), read: 0 }
    }

    #[test]
    fn a_busy_channel_leaves_room_for_quiet_ones() {
        let mut missed = Missed::default();
        for (source, bytes) in [("a", MAX_REPLAYED_BYTES - 1), ("b", 2), ("c", 1), ("d", 0)] {
            missed.add(source, replay(bytes));
        }
        let recovered = ["a", "b", "c", "d"].map(|source| missed.position(source).is_some());
        assert_eq!(recovered, [true, false, true, true]);
        assert_eq!(missed.results["b"], Err(Unrecovered::TooMuch));
    }
}
