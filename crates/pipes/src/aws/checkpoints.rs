use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tablecast_definitions::definition::StartingPosition;

/// A position in a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// Before the oldest record that the stream keeps.
    TrimHorizon,
    /// After the newest record at the time of the request.
    Latest,
    /// Before the record with this sequence number.
    At(String),
    /// After the record with this sequence number.
    After(String),
    /// After the last record of a closed shard.
    End,
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TrimHorizon => out.write_str("the oldest record"),
            Self::Latest => out.write_str("the newest record"),
            Self::At(sequence) => write!(out, "sequence number {sequence}"),
            Self::After(sequence) => write!(out, "the record after sequence number {sequence}"),
            Self::End => out.write_str("the end of the shard"),
        }
    }
}

/// The checkpoint of a pipe in each shard of its stream. They survive a stop and an update of the pipe.
#[derive(Default)]
pub struct Checkpoints(Mutex<State>);

#[derive(Default)]
struct State {
    has_listed: bool,
    shards: BTreeMap<String, Checkpoint>,
}

#[derive(Debug)]
struct Checkpoint {
    position: Position,
    /// The shard iterator for a position. DynamoDB accepts it for 15 minutes.
    iterator: Option<(Position, String)>,
}

impl Checkpoints {
    /// Adds and removes shards to match a list of them. Returns the removed shards that were not read to
    /// their end.
    ///
    /// Shards of the first list start at the pipe's start position. Later shards continue those, and start at
    /// their beginning.
    pub fn sync(&self, listed: &BTreeSet<&str>, start: StartingPosition) -> Vec<String> {
        let State { has_listed, shards } = &mut *self.lock();
        let position = match (start, std::mem::replace(has_listed, true)) {
            (StartingPosition::Latest, false) => Position::Latest,
            _ => Position::TrimHorizon,
        };
        for shard in listed {
            let checkpoint = || Checkpoint { position: position.clone(), iterator: None };
            shards.entry((*shard).to_owned()).or_insert_with(checkpoint);
        }
        let gone = shards.extract_if(.., |shard, _| !listed.contains(shard.as_str()));
        gone.filter(|(_, checkpoint)| checkpoint.position != Position::End).map(|(shard, _)| shard).collect()
    }

    /// Returns whether the last list contained the shard.
    pub fn is_known(&self, shard: &str) -> bool {
        self.lock().shards.contains_key(shard)
    }

    pub fn position(&self, shard: &str) -> Position {
        self.lock().shards.get(shard).map_or(Position::TrimHorizon, |checkpoint| checkpoint.position.clone())
    }

    pub fn set(&self, shard: &str, position: &Position) {
        if let Some(checkpoint) = self.lock().shards.get_mut(shard) {
            checkpoint.position = position.clone();
        }
    }

    /// Returns the iterator for this position. It stays until a newer one replaces it, because a read may be
    /// cancelled.
    pub fn iterator(&self, shard: &str, position: &Position) -> Option<String> {
        let (at, iterator) = self.lock().shards.get(shard)?.iterator.clone()?;
        (at == *position).then_some(iterator)
    }

    pub fn keep_iterator(&self, shard: &str, position: &Position, iterator: String) {
        if let Some(checkpoint) = self.lock().shards.get_mut(shard) {
            checkpoint.iterator = Some((position.clone(), iterator));
        }
    }

    pub fn drop_iterator(&self, shard: &str) {
        if let Some(checkpoint) = self.lock().shards.get_mut(shard) {
            checkpoint.iterator = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
