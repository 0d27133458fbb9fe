use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::machine::{CollectionDelivery, Entry, Invalid, ItemData, Refused};

/// The items of a collection.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CollectionView {
    pub status: CollectionStatus,
    /// The data by subject.
    pub items: BTreeMap<String, ItemData>,
    /// The subjects of items that the server cannot send, with the reason: `invalid` or `too-large`.
    pub missing: BTreeMap<String, &'static str>,
    /// The number of items that the server cannot send, and did not name.
    pub unnamed: u64,
}

/// The status of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CollectionStatus {
    /// There is no snapshot yet.
    #[default]
    Loading,
    /// The items follow every change.
    Live,
    /// Changes may be missing. The items stay until the next snapshot.
    Stale,
    /// The server refuses every subject.
    Refused,
    /// The client is closed. The items stay as they are.
    Closed,
}

/// A change of a collection. Without subjects, only its status changed.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CollectionChange {
    /// The subjects whose items differ, each once, in the order of their changes.
    pub subjects: Vec<String>,
    /// A snapshot replaced all items.
    pub replaced: bool,
    known: HashSet<String>,
}

/// An error that the application of a collection receives beside items.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CollectionError {
    /// The server does not send a subject. The others continue.
    #[error(transparent)]
    Refused(Refused),
    /// An item does not match its schema. It is missing.
    #[error(transparent)]
    Invalid(Invalid),
}

impl CollectionView {
    /// Applies a change. Returns what differs.
    pub(super) fn apply(&mut self, change: CollectionDelivery) -> CollectionChange {
        match change {
            CollectionDelivery::Snapshot { items, unnamed } => return self.replace(items, unnamed),
            CollectionDelivery::Changed { subject, entry } => {
                self.set(subject.clone(), entry);
                return CollectionChange { subjects: vec![subject], ..CollectionChange::default() };
            }
            CollectionDelivery::Stale => self.status = CollectionStatus::Stale,
            CollectionDelivery::Refused => self.status = CollectionStatus::Refused,
        }
        CollectionChange::default()
    }

    fn replace(&mut self, items: BTreeMap<String, Entry>, unnamed: u64) -> CollectionChange {
        let older =
            std::mem::replace(self, Self { status: CollectionStatus::Live, unnamed, ..Self::default() });
        items.into_iter().for_each(|(subject, entry)| self.set(subject, Some(entry)));
        let all = [&older.items, &self.items].into_iter().flat_map(BTreeMap::keys);
        let all = all.chain([&older.missing, &self.missing].into_iter().flat_map(BTreeMap::keys));
        let differs = |subject: &&String| {
            older.items.get(*subject) != self.items.get(*subject)
                || older.missing.get(*subject) != self.missing.get(*subject)
        };
        let subjects = all.filter(differs).collect::<BTreeSet<_>>().into_iter().cloned().collect();
        CollectionChange { subjects, replaced: true, ..CollectionChange::default() }
    }

    fn set(&mut self, subject: String, entry: Option<Entry>) {
        self.items.remove(&subject);
        self.missing.remove(&subject);
        match entry {
            Some(Entry::Data(data)) => _ = self.items.insert(subject, data),
            Some(Entry::Missing(reason)) => _ = self.missing.insert(subject, reason),
            None => {}
        }
    }
}

impl CollectionChange {
    pub(super) fn add(&mut self, other: Self) {
        let Self { subjects, known, .. } = self;
        subjects.extend(other.subjects.into_iter().filter(|subject| known.insert(subject.clone())));
        self.replaced |= other.replaced;
    }
}
