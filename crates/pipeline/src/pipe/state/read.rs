use tablecast_protocol::subject::Pattern;

use super::State;
use super::key::{Key, KeyValue};
use super::subject::KeyValues;

/// A read of the table for the state of all items whose subjects a pattern matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateRead {
    /// One item, if it exists.
    Item(Key),
    /// The items of a partition. Those whose sort keys begin otherwise are no state. The pattern may match only some
    /// of the others.
    Partition { partition: KeyValue, begins_with: Option<KeyValue> },
    /// The whole table, because the pattern does not fix the partition key.
    NeedsScan,
    /// No item can have such a subject.
    Nothing,
}

impl State {
    pub(super) fn read(&self, pattern: &Pattern) -> StateRead {
        let (beginning, is_open) = beginning(pattern);
        let is_possible = match is_open {
            true => beginning.len() < self.subject.len(),
            false => beginning.len() == self.subject.len(),
        };
        match self.subject.values(&beginning).filter(|_| is_possible) {
            None => StateRead::Nothing,
            Some(KeyValues { partition: None, .. }) => StateRead::NeedsScan,
            Some(KeyValues { partition: Some(partition), sort: None }) if self.subject.has_sort() => {
                StateRead::Partition { partition, begins_with: self.beginning.clone() }
            }
            Some(KeyValues { partition: Some(partition), sort }) => StateRead::Item(Key { partition, sort }),
        }
    }
}

/// The segments of a pattern before its star, and whether it has one.
fn beginning(pattern: &Pattern) -> (Vec<&str>, bool) {
    match pattern.as_str() {
        "*" => (Vec::new(), true),
        text => match text.strip_suffix("/*") {
            Some(start) => (start.split('/').collect(), true),
            None => (text.split('/').collect(), false),
        },
    }
}
