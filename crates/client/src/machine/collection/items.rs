use std::collections::BTreeMap;
use std::sync::Arc;

use tablecast_protocol::milliseconds_of;

use super::update::Update;
use crate::machine::entry::Entry;
use crate::machine::log_order::compare;
use crate::wire::control::Positions;
use crate::wire::event::Event;

/// The clocks of the table and of the function that reads it can differ by so many milliseconds.
const MAX_SKEW: i64 = 5_000;

/// The items of a collection, by subject.
#[derive(Debug, Default)]
pub(super) struct Items {
    all: BTreeMap<String, Item>,
    /// The positions before the first page. Every page contains the events up to them.
    ends: Arc<Positions>,
}

#[derive(Debug)]
pub(super) struct Item {
    pub entry: Entry,
    /// None after an event changed the item.
    pub snapshot: Option<Snapshot>,
}

/// The changes that an item of a snapshot contains.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// Every event up to these positions.
    pub ends: Arc<Positions>,
    pub version: Option<String>,
    /// When it was read, in milliseconds.
    pub time: Option<i64>,
}

impl Items {
    pub fn new(all: BTreeMap<String, Item>, ends: Arc<Positions>) -> Self {
        Self { all, ends }
    }

    /// Returns whether the application can see the change.
    pub fn apply(&mut self, update: &Update) -> bool {
        let subject = update.subject();
        let known = self.all.get(subject);
        if self.is_contained(&update.event, known.and_then(|item| item.snapshot.as_ref())) {
            return false;
        }
        let Some(entry) = update.entry.clone() else { return self.all.remove(subject).is_some() };
        let is_changed = known.is_none_or(|item| item.entry != entry);
        self.all.insert(subject.to_owned(), Item { entry, snapshot: None });
        is_changed
    }

    /// Removes the items of other subjects. Returns these.
    pub fn retain(&mut self, has: impl Fn(&str) -> bool) -> Vec<String> {
        self.all.extract_if(.., |subject, _| !has(subject)).map(|(subject, _)| subject).collect()
    }

    pub fn entries(&self) -> BTreeMap<String, Entry> {
        self.all.iter().map(|(subject, item)| (subject.clone(), item.entry.clone())).collect()
    }

    fn is_contained(&self, event: &Event, snapshot: Option<&Snapshot>) -> bool {
        let ends = snapshot.map_or(&self.ends, |snapshot| &snapshot.ends);
        let end = event.position().zip(ends.get(event.source()));
        end.is_some_and(|(position, end)| compare(position, *end).is_le())
            || snapshot.is_some_and(|snapshot| snapshot.is_newer(event))
    }
}

impl Snapshot {
    /// Returns whether the event has a lesser version. A much later event counts in any case: versions started again.
    fn is_newer(&self, event: &Event) -> bool {
        let versions = event.version().zip(self.version.as_deref());
        let times = event.time().and_then(milliseconds_of).zip(self.time);
        versions.is_some_and(|(version, own)| version < own)
            && times.is_none_or(|(time, own)| time <= own.saturating_add(MAX_SKEW))
    }
}
