//! The events that a client missed, of all channels that it resumes.

use std::collections::BTreeMap;

use tablecast_event_log::{LoggedEvent, MAX_REPLAYED_BYTES, Replay};
use tablecast_protocol::{Control, Position, Unrecovered};

use crate::limits::{MESSAGE_READ_BYTES, RESUME_BYTES};

/// The events that a client missed.
#[derive(Debug, Default)]
pub struct Missed {
    /// By source, as the client named it: the position up to which its events are here, or why there are
    /// none.
    results: BTreeMap<String, Result<Position, Unrecovered>>,
    /// In order, those of each source on their own: a frame never mixes sources.
    pub events: Vec<Vec<LoggedEvent>>,
    bytes: usize,
    /// Bytes of the logs that were read.
    read: usize,
}

impl Missed {
    /// Returns whether so many more logs can be read at once: the message then stays within its limit, even if
    /// each read is as long as one can be.
    pub fn can_read(&self, logs: usize) -> bool {
        self.read + logs * RESUME_BYTES <= MESSAGE_READ_BYTES
    }

    /// Adds the events of one source. Leaves them out if they exceed what a client can resume at once; other
    /// sources with fewer events can still fit.
    pub fn add(&mut self, source: &str, replay: Replay) {
        self.read += replay.read;
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
        Ok(replay.last_position)
    }

    /// For each source, why it is not recovered. None if it is.
    pub fn outcomes(&self) -> impl Iterator<Item = Option<Unrecovered>> {
        self.results.values().map(|result| result.err())
    }

    /// The sources that a quota did not allow to read.
    pub fn over_quota(&self) -> impl Iterator<Item = &str> {
        let refused = self.results.iter().filter(|(_, result)| **result == Err(Unrecovered::QuotaExceeded));
        refused.map(|(source, _)| source.as_str())
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
        Replay { last_position: position(1), events: Ok(events), read: 0 }
    }

    #[test]
    fn logs_are_read_only_while_the_longest_resume_stays_within_the_limit() {
        let mut missed = Missed::default();
        assert_eq!([1, 2, 3].map(|logs| missed.can_read(logs)), [true, true, false]);
        missed.add("a", Replay { read: RESUME_BYTES, ..replay(0) });
        assert_eq!([0, 1, 2].map(|logs| missed.can_read(logs)), [true, true, false]);
        missed.add("b", Replay { read: 1, ..replay(0) });
        assert_eq!([0, 1].map(|logs| missed.can_read(logs)), [true, false]);
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
