use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tablecast_protocol::{Epoch, Position};

use super::log_order::{compare, is_empty};
use super::offset_ranges;

/// The stored form. Stores and bookmarks contain these names.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    epoch: Epoch,
    floor: u64,
    seen: String,
}

/// The progress of a subscription in the log of one source.
#[derive(Debug, Clone)]
pub(super) struct SourceProgress {
    epoch: Epoch,
    /// Every event up to this offset was delivered or does not match.
    floor: u64,
    /// The greatest delivered offset.
    last: u64,
    /// The delivered offsets above the floor.
    seen: BTreeSet<u64>,
}

impl SourceProgress {
    pub fn new(Position { epoch, offset }: Position) -> Self {
        Self { epoch, floor: offset, last: offset, seen: BTreeSet::new() }
    }

    /// Restores at most `max` delivered offsets, so that a broken text cannot fill the memory.
    pub fn restore(Stored { epoch, floor, seen }: &Stored, max: usize) -> Self {
        let mut progress = Self::new(Position { epoch: *epoch, offset: *floor });
        offset_ranges::parse(seen, max).for_each(|offset| progress.add(offset));
        progress
    }

    pub fn store(&self) -> Stored {
        Stored { epoch: self.epoch, floor: self.floor, seen: offset_ranges::format(&self.seen) }
    }

    /// Returns the events that both have delivered.
    pub fn least(&self, other: &Self) -> Self {
        if self.epoch != other.epoch {
            let is_less = compare(self.last(), other.last()) == Ordering::Less;
            return if is_less { self.clone() } else { other.clone() };
        }
        let mut least = Self::new(Position { epoch: self.epoch, offset: self.floor.min(other.floor) });
        let in_both = |offset: &u64| self.has(*offset) && other.has(*offset);
        self.seen.union(&other.seen).copied().filter(in_both).for_each(|offset| least.add(offset));
        least
    }

    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    pub fn has(&self, offset: u64) -> bool {
        offset <= self.floor || self.seen.contains(&offset)
    }

    pub fn add(&mut self, offset: u64) {
        self.seen.insert(offset);
        self.last = self.last.max(offset);
    }

    pub fn seen(&self) -> impl Iterator<Item = u64> + '_ {
        self.seen.iter().copied()
    }

    /// Records that every event up to this offset was delivered.
    pub fn advance_to(&mut self, offset: u64) {
        self.floor = self.floor.max(offset);
        self.last = self.last.max(offset);
        self.seen = self.seen.split_off(&self.floor.saturating_add(1));
    }

    /// Removes a delivered offset. Earlier events do not arrive any more.
    pub fn forget(&mut self, offset: u64) {
        if self.seen.remove(&offset) {
            self.floor = self.floor.max(offset);
        }
    }

    /// Returns whether the log's end is later. Another epoch can continue the log after all events expired.
    pub fn can_advance_to(&self, end: Position) -> bool {
        if end.epoch == self.epoch { self.floor < end.offset } else { self.is_behind(end) }
    }

    /// Returns whether the log continued after the last delivered event.
    pub fn is_behind(&self, end: Position) -> bool {
        !is_empty(end) && compare(self.last(), end) == Ordering::Less
    }

    pub fn is_of_later_epoch(&self, position: Position) -> bool {
        position.epoch != self.epoch && compare(self.last(), position) == Ordering::Greater
    }

    /// The position to resume after.
    pub fn last(&self) -> Position {
        Position { epoch: self.epoch, offset: self.last }
    }
}
