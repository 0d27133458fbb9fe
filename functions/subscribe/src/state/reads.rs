use std::collections::BTreeSet;

use tablecast_pipeline::pipe::{Key, KeyValue, StateRead};
use tablecast_pipeline::pipe::{Pipe, Pipes};
use tablecast_protocol::Incomplete;
use tablecast_protocol::event_filter::includes_type;
use tablecast_protocol::subject::Pattern;

/// The part of one table to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    pub partition: KeyValue,
    pub sort: Option<Sort>,
}

/// Which items of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sort {
    Is(KeyValue),
    BeginsWith(KeyValue),
}

/// The reads of a pattern, one for each pipe whose state it can match.
pub struct Reads<'p>(pub Vec<PipeRead<'p>>);

/// The range of the table of one pipe.
pub struct PipeRead<'p> {
    pub pipe: &'p Pipe,
    pub range: KeyRange,
}

impl<'p> Reads<'p> {
    /// `types` are those of the message, and those of the subscriptions that have the pattern.
    pub fn of(pipes: &'p Pipes, pattern: &Pattern, types: &Types<'_>) -> Result<Self, Incomplete> {
        let is_wanted = |pipe: &&Pipe| pipe.state().is_some_and(|state| types.include(state.event_type()));
        let mut reads = Vec::new();
        for pipe in pipes.iter().filter(is_wanted) {
            match pipe.state_read(pattern) {
                StateRead::Item(key) => reads.push(PipeRead { pipe, range: KeyRange::of_item(key) }),
                StateRead::Partition { partition, begins_with } => {
                    let range = KeyRange { partition, sort: begins_with.map(Sort::BeginsWith) };
                    reads.push(PipeRead { pipe, range });
                }
                StateRead::NeedsScan => return Err(Incomplete::NeedsScan),
                StateRead::Nothing => {}
            }
        }
        if reads.is_empty() { Err(Incomplete::NoState) } else { Ok(Self(reads)) }
    }
}

/// The types of a state: those of the message that a subscription has, too. An empty list has all.
pub struct Types<'t> {
    pub requested: &'t BTreeSet<String>,
    pub subscribed: Vec<&'t BTreeSet<String>>,
}

impl Types<'_> {
    fn include(&self, event_type: &str) -> bool {
        includes_type(self.requested, event_type)
            && self.subscribed.iter().any(|types| includes_type(types, event_type))
    }
}

impl KeyRange {
    fn of_item(key: Key) -> Self {
        Self { partition: key.partition, sort: key.sort.map(Sort::Is) }
    }

    /// Returns whether the range is one item.
    pub fn is_item(&self, pipe: &Pipe) -> bool {
        let has_sort = pipe.definition.keys.as_ref().is_some_and(|keys| keys.sort.is_some());
        matches!(self.sort, Some(Sort::Is(_))) || !has_sort
    }
}
