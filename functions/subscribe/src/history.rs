//! Reads the logs: what a client missed, and where the logs end.

use std::collections::BTreeMap;

use tablecast_aws::{StorageError, now_in_milliseconds};
use tablecast_definitions::sources::{Source, Sources};
use tablecast_event_log::{LoggedEvent, Logs, MAX_REPLAYED_BYTES, Replay};
use tablecast_protocol::event_filter::EventFilter;
use tablecast_protocol::subject::Pattern;
use tablecast_protocol::{Control, Position, Unrecovered};

pub struct History {
    logs: Logs,
    sources: Sources,
}

/// The events that a client missed.
#[derive(Debug, Default)]
pub struct Missed {
    /// By source, as the client named it: the position up to which its events are here, or why there are
    /// none.
    pub results: BTreeMap<String, Result<Position, Unrecovered>>,
    /// In order, those of each source on their own: a frame never mixes sources.
    pub events: Vec<Vec<LoggedEvent>>,
    bytes: usize,
}

impl History {
    pub fn new(logs: Logs, sources: Sources) -> Self {
        Self { logs, sources }
    }

    /// How many damaged items of the logs were read since the last call.
    pub fn take_damaged(&self) -> usize {
        self.logs.take_damaged()
    }

    /// The sources whose events the patterns can match.
    pub fn sources<'s>(&'s self, patterns: &'s [Pattern]) -> impl Iterator<Item = &'s Source> {
        self.sources.matching(patterns)
    }

    /// The events of one source after a position. `None` if no such source has events that the filter can
    /// match: a client learns no more than that.
    pub async fn after(
        &self,
        source: &str,
        position: &str,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<Option<Replay>, StorageError> {
        let Some(source) = self.sources(&filter.patterns).find(|known| known.name() == source) else {
            return Ok(None);
        };
        let (now, wants) = (now_in_milliseconds(), |text: &str| filter.wants(text));
        self.logs.resume(&source.pipe, position, source.keep, now, limit, wants).await.map(Some)
    }

    /// The events of one source since a position that the log had a moment ago.
    pub async fn since(
        &self,
        source: &Source,
        position: Position,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<Replay, StorageError> {
        let (now, wants) = (now_in_milliseconds(), |text: &str| filter.wants(text));
        self.logs.since(&source.pipe, position, source.keep, now, limit, wants).await
    }

    pub async fn end(&self, source: &Source) -> Result<Position, StorageError> {
        self.logs.end(&source.pipe, source.keep, now_in_milliseconds()).await
    }

    /// The ends of the logs whose events the patterns can match, by source.
    pub async fn ends(&self, patterns: &[Pattern]) -> Result<BTreeMap<String, Position>, StorageError> {
        let mut ends = BTreeMap::new();
        for source in self.sources(patterns) {
            ends.insert(source.name(), self.end(source).await?);
        }
        Ok(ends)
    }
}

impl Missed {
    /// Adds the events of one source, unless all together exceed what a client can resume at once.
    pub fn add(&mut self, source: &str, replay: Option<Replay>) {
        let result = replay.ok_or(Unrecovered::PositionUnknown).and_then(|replay| self.take(replay));
        self.results.insert(source.to_owned(), result);
    }

    fn take(&mut self, replay: Replay) -> Result<Position, Unrecovered> {
        let events = replay.events?;
        self.bytes += events.iter().map(|event| event.text.len()).sum::<usize>();
        if self.bytes > MAX_REPLAYED_BYTES {
            return Err(Unrecovered::TooMuch);
        }
        self.events.push(events);
        Ok(replay.end)
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
