use std::collections::{BTreeMap, BTreeSet};

use tablecast_protocol::Position;

use super::delivery::{Delivery, Invalid};
use super::recent_offsets::{Delivered, RecentOffsets};
use super::source_progress::{SourceProgress, Stored};
use crate::wire::control::Positions;
use crate::wire::event::Event;

/// The progress of a subscription in the logs of its sources. Events of other sources have no effect.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    sources: BTreeMap<String, Numbered>,
    /// The sources that the server listed, also those without a position.
    listed: BTreeSet<String>,
    recent: RecentOffsets,
    count: u64,
}

/// A progress with a number: one that starts again has another one.
#[derive(Debug, Clone)]
struct Numbered {
    number: u64,
    progress: SourceProgress,
}

impl Progress {
    /// Reads the result of [`text`](Self::text). Any other text gives an empty progress.
    pub fn restore(text: &str) -> Self {
        let stored: BTreeMap<String, Stored> = serde_json::from_str(text).unwrap_or_default();
        let mut progress = Self::default();
        for (source, stored) in &stored {
            let restored = SourceProgress::restore(stored, progress.recent.free());
            progress.set(source, restored);
        }
        progress
    }

    /// Returns the events that all of them have delivered. Leaves out a source that one of them does not have. A
    /// subscription that resumes without it reports that events may be missing.
    pub fn least<'p>(all: impl IntoIterator<Item = &'p Self>) -> Self {
        let mut started = all.into_iter().filter(|progress| !progress.is_empty());
        let Some(first) = started.next() else { return Self::default() };
        let others: Vec<_> = started.collect();
        let mut least = Self::default();
        for (name, own) in &first.sources {
            let mut rest = others.iter().map(|other| other.sources.get(name));
            let merged = rest.try_fold(own.progress.clone(), |one, other| Some(one.least(&other?.progress)));
            merged.into_iter().for_each(|merged| least.set(name, merged));
        }
        least
    }

    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// The text for a store or a bookmark.
    pub fn text(&self) -> String {
        let sources = self.sources.iter().map(|(source, own)| (source, own.progress.store()));
        let sources: BTreeMap<_, _> = sources.collect();
        // Texts and numbers only, so serialization cannot fail.
        serde_json::to_string(&sources).unwrap_or_default()
    }

    pub fn has(&self, event: &Event) -> bool {
        let known = |position: Position| {
            let own = self.sources.get(event.source())?;
            (own.progress.epoch() == position.epoch).then(|| own.progress.has(position.offset))
        };
        event.position().and_then(known).unwrap_or(false)
    }

    pub fn add(&mut self, delivery: &Delivery) {
        match delivery {
            Delivery::Start(positions) => {
                positions.iter().for_each(|(source, position)| self.start(source, *position));
            }
            Delivery::Advance(positions) => self.advance(positions),
            Delivery::Sources(sources) => self.list(sources),
            Delivery::Event(event) | Delivery::Late(event) => self.add_event(event),
            Delivery::Invalid(Invalid { event, .. }) => self.add_event(event),
            Delivery::Gap(_) | Delivery::Refused(_) | Delivery::Collection(_) => {}
        }
    }

    /// The position of each source to resume after.
    pub fn last(&self) -> impl Iterator<Item = (&str, Position)> {
        self.sources.iter().map(|(source, own)| (source.as_str(), own.progress.last()))
    }

    pub(super) fn has_source(&self, source: &str) -> bool {
        self.sources.contains_key(source)
    }

    /// Returns whether the server listed the same sources before, and no others have a position.
    pub(super) fn is_listed(&self, sources: &BTreeSet<String>) -> bool {
        self.listed == *sources && self.sources.keys().all(|source| sources.contains(source))
    }

    pub(super) fn is_behind(&self, source: &str, end: Position) -> bool {
        self.sources.get(source).is_some_and(|own| own.progress.is_behind(end))
    }

    pub(super) fn can_advance_to(&self, source: &str, end: Position) -> bool {
        self.sources.get(source).is_some_and(|own| own.progress.can_advance_to(end))
    }

    fn start(&mut self, source: &str, position: Position) {
        self.set(source, SourceProgress::new(position));
    }

    fn set(&mut self, source: &str, progress: SourceProgress) {
        self.count += 1;
        let seen: Vec<_> = progress.seen().collect();
        self.sources.insert(source.to_owned(), Numbered { number: self.count, progress });
        seen.into_iter().for_each(|offset| self.remember(source, self.count, offset));
    }

    fn advance(&mut self, positions: &Positions) {
        for (source, position) in positions {
            if self.can_advance_to(source, *position) {
                self.in_epoch(source, *position, *position).advance_to(position.offset);
            }
        }
    }

    fn list(&mut self, sources: &BTreeSet<String>) {
        self.listed.clone_from(sources);
        self.sources.retain(|source, _| sources.contains(source));
    }

    fn add_event(&mut self, event: &Event) {
        event.position().into_iter().for_each(|position| self.add_place(event.source(), position));
    }

    /// Adds an event of this source at this position.
    pub(crate) fn add_place(&mut self, source: &str, position: Position) {
        let known = self.sources.get(source);
        if known.is_none() && !self.listed.contains(source)
            || known.is_some_and(|own| own.progress.is_of_later_epoch(position))
        {
            return;
        }
        self.in_epoch(source, position, Position { offset: 0, ..position }).add(position.offset);
        let number = self.sources.get(source).map(|own| own.number);
        number.into_iter().for_each(|number| self.remember(source, number, position.offset));
    }

    /// The progress in the epoch of a position, which starts at `start` if there is none.
    fn in_epoch(&mut self, source: &str, position: Position, start: Position) -> &mut SourceProgress {
        let has_epoch = |own: &Numbered| own.progress.epoch() == position.epoch;
        if !self.sources.get(source).is_some_and(has_epoch) {
            self.start(source, start);
        }
        let created = || Numbered { number: 0, progress: SourceProgress::new(start) };
        &mut self.sources.entry(source.to_owned()).or_insert_with(created).progress
    }

    fn remember(&mut self, source: &str, progress: u64, offset: u64) {
        let delivered = Delivered { source: source.to_owned(), progress, offset };
        let Some(oldest) = self.recent.add(delivered) else { return };
        let own = self.sources.get_mut(&oldest.source).filter(|own| own.number == oldest.progress);
        own.into_iter().for_each(|own| own.progress.forget(oldest.offset));
    }
}
