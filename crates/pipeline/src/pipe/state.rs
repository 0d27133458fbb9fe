//! The state of a pipe file: what an item is now, as an event.
//!
//! A change of an item emits the event of its state, or of its removal. A reader makes the same event of an item
//! that it reads from the table, so that a client can load the items and follow their changes.
//!
//! # Layout
//! - `change`: whether a record changes the state of its item
//! - `version`: the version of an item, as a text whose order is the order of changes
//! - `subject`: a subject that can be turned back into a key; `key`: the key of an item
//! - `read`: what a reader must read for a pattern
//! - `snapshot`: the event of an item that was read

mod change;
mod key;
mod read;
mod snapshot;
mod subject;
mod version;

use tablecast_protocol::subject::{Pattern, Subject};

use super::{Data, Pipe};
use crate::expression::{Expression, References, Shape};

pub(super) use change::images;
pub use key::{Key, KeyAttribute, KeyValue};
pub use read::StateRead;
pub(super) use subject::KeySubject;
pub use version::MAX_VERSION_CHARACTERS;
pub(super) use version::NO_VERSION;

/// The places of data in the pipe file.
const DATA: &str = "state.data";
const REMOVED: &str = "state.removed";

#[derive(Debug)]
pub struct State {
    pub(super) event_type: String,
    pub(super) removed_type: String,
    pub(super) when: Option<Expression>,
    pub(super) version: Option<Expression>,
    pub(super) data: Data,
    pub(super) removed: Data,
    pub(super) subject: KeySubject,
    /// The beginning of the sort keys of all items that `when` accepts, if it names one.
    pub(super) beginning: Option<KeyValue>,
}

impl State {
    /// The type of the events that have the state of an item.
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// The type of the events of removed items.
    pub fn removed_type(&self) -> &str {
        &self.removed_type
    }

    pub fn has_version(&self) -> bool {
        self.version.is_some()
    }

    /// The name of the partition key.
    pub fn partition_name(&self) -> &str {
        self.subject.partition_name()
    }

    /// The segments that a pattern must have for a read of one partition: up to that of the partition key.
    pub fn partition_segments(&self) -> usize {
        self.subject.partition_segments()
    }

    /// For each type, the place of its data in the file, and the shape of its data.
    pub(super) fn emits(&self) -> [(&str, &str, Shape); 2] {
        [(DATA, &self.event_type, self.data.shape()), (REMOVED, &self.removed_type, self.removed.shape())]
    }

    pub(super) fn references(&self) -> Vec<&References> {
        let conditions = self.when.iter().chain(&self.version).map(|expression| &expression.references);
        conditions.chain(self.data.references()).chain(self.removed.references()).collect()
    }
}

impl Pipe {
    /// The state in the pipe file, if it has one.
    pub fn state(&self) -> Option<&State> {
        self.state.as_ref()
    }

    /// The read for the state of all items whose subjects the pattern matches.
    pub fn state_read(&self, pattern: &Pattern) -> StateRead {
        self.state.as_ref().map_or(StateRead::Nothing, |state| state.read(pattern))
    }

    /// The key of the item that has this subject. None if no item can have it.
    pub fn key_of(&self, subject: &Subject) -> Option<Key> {
        self.state.as_ref()?.subject.key_of(subject)
    }
}

#[cfg(test)]
mod tests;
