use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tablecast_protocol::message::State;
use tablecast_protocol::milliseconds_of;

use super::items::{Item, Items, Snapshot};
use super::update::Update;
use crate::machine::delivery::Refused;
use crate::machine::entry::{Entry, INVALID};
use crate::wire::control::{InvalidItems, Positions, StatePage, StateResult};
use crate::wire::event::Event;

const QUOTA_EXCEEDED: &str = "quota-exceeded";
pub(super) const UNAVAILABLE: &str = "unavailable";

/// The members of a page besides its items.
#[derive(Debug)]
pub(super) struct PageResult {
    pub refused: Vec<Refused>,
    pub wait: Option<Wait>,
}

/// Why the next page must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wait {
    Unavailable,
    Quota,
}

/// Collects the pages of one snapshot, and the events that arrive meanwhile.
#[derive(Debug, Default)]
pub(super) struct SnapshotLoad {
    /// The number of items that cannot become state, without those that the server named.
    pub unnamed: u64,
    /// The subjects that are not complete, with the place where each continues.
    remaining: Vec<(String, Option<String>)>,
    /// The subjects of the message that waits for its reply.
    requested: Vec<String>,
    /// The items of the page that has not ended.
    arrived: Vec<(Arc<Event>, Entry)>,
    items: BTreeMap<String, Item>,
    first_ends: Option<Arc<Positions>>,
    /// The last change of each subject, after earlier ones of greater versions: a version can begin again.
    kept: BTreeMap<String, Vec<Update>>,
}

impl SnapshotLoad {
    pub fn new(subjects: &[String]) -> Self {
        Self {
            remaining: subjects.iter().map(|subject| (subject.clone(), None)).collect(),
            ..Self::default()
        }
    }

    pub fn is_complete(&self) -> bool {
        self.remaining.is_empty()
    }

    /// Returns the message for the next page, without types. A page that a connection did not end is requested again.
    pub fn request(&mut self) -> State {
        self.arrived.clear();
        let started = self.remaining.iter().find(|(_, next)| next.is_some()).cloned();
        let fresh =
            self.remaining.iter().filter(|(_, next)| next.is_none()).map(|(subject, _)| subject.clone());
        let (first, next) = started.unzip();
        self.requested = first.into_iter().chain(fresh).collect();
        let (subjects, next) = (self.requested.clone(), next.flatten());
        State { subjects, next, types: BTreeSet::new(), id: String::new() }
    }

    /// Returns the subjects of the last request, once. Without any, a reply belongs to an earlier load.
    pub fn replied(&mut self) -> Vec<String> {
        std::mem::take(&mut self.requested)
    }

    pub fn add(&mut self, event: &Arc<Event>, entry: Entry) {
        if !self.requested.is_empty() {
            self.arrived.push((event.clone(), entry));
        }
    }

    pub fn keep(&mut self, update: Update) {
        let kept = self.kept.entry(update.subject().to_owned()).or_default();
        let version = update.event.version();
        let is_greater = |own: Option<&str>| own.is_none_or(|own| version.is_some_and(|it| own > it));
        kept.retain(|earlier| version.is_some() && is_greater(earlier.event.version()));
        kept.push(update);
    }

    pub fn refuse(&mut self, subject: &str) {
        self.remaining.retain(|(own, _)| own != subject);
    }

    pub fn page(&mut self, StatePage { subjects, sources, invalid }: StatePage) -> PageResult {
        let before = self.remaining.clone();
        let has_items = !self.arrived.is_empty();
        self.add_page(Arc::new(sources), invalid);
        let reasons: Vec<_> = subjects.into_iter().filter_map(|result| self.proceed(result)).collect();
        let is_stuck = !has_items && before == self.remaining;
        let waits = reasons.iter().filter_map(|refused| Wait::of(&refused.reason));
        let wait = waits.max().or(is_stuck.then_some(Wait::Unavailable));
        let refused = reasons.into_iter().filter(|refused| Wait::of(&refused.reason).is_none()).collect();
        PageResult { refused, wait }
    }

    pub fn finish(self) -> Items {
        let mut items = Items::new(self.items, self.first_ends.unwrap_or_default());
        self.kept.values().flatten().for_each(|update| _ = items.apply(update));
        items
    }

    fn add_page(&mut self, ends: Arc<Positions>, InvalidItems { count, subjects }: InvalidItems) {
        self.first_ends.get_or_insert_with(|| ends.clone());
        for (event, entry) in std::mem::take(&mut self.arrived) {
            let time = event.time().and_then(milliseconds_of);
            let version = event.version().map(str::to_owned);
            let snapshot = Some(Snapshot { ends: ends.clone(), version, time });
            self.items.insert(event.subject().unwrap_or_default().to_owned(), Item { entry, snapshot });
        }
        self.unnamed += count.saturating_sub(subjects.len() as u64);
        for subject in subjects {
            let snapshot = Some(Snapshot { ends: ends.clone(), version: None, time: None });
            self.items.insert(subject, Item { entry: INVALID, snapshot });
        }
    }

    /// Returns why the state of a subject ends before it is complete, if it does.
    fn proceed(&mut self, StateResult { subject, complete, next, reason }: StateResult) -> Option<Refused> {
        let at = self.remaining.iter().position(|(own, _)| *own == subject)?;
        if complete {
            self.remaining.remove(at);
            return None;
        }
        if next.is_some() {
            self.remaining[at].1 = next;
        }
        reason.map(|reason| Refused { subject, reason })
    }
}

impl Wait {
    fn of(reason: &str) -> Option<Self> {
        match reason {
            QUOTA_EXCEEDED => Some(Self::Quota),
            UNAVAILABLE => Some(Self::Unavailable),
            _ => None,
        }
    }
}
