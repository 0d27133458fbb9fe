use std::collections::HashSet;
use std::time::Duration;

use tablecast_aws::StorageError;
use tablecast_protocol::Position;

use crate::block::blocks;
use crate::end::StoredEnd;
use crate::item::{Found, Item};
use crate::logs::Logs;
use crate::table::Range;
use crate::tail::{Tail, is_recent};

/// Attempts to write an item while other writers succeed first.
const ATTEMPTS: u32 = 100;

/// A writer reads the items that others appended meanwhile, unless they are more.
const MAX_READ: u64 = 16;

/// An event to append.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'e> {
    /// The same in every retry of the event.
    pub id: &'e str,
    /// The event's JSON, with the same `id`.
    pub text: &'e str,
}

/// Events that are in the log, but may not be delivered yet.
#[derive(Debug)]
#[must_use = "call `record_end`, and `mark_delivered` once every client has the events"]
pub struct Appended {
    /// One for each event, in order.
    pub positions: Vec<Position>,
    pub(crate) source: String,
    pub(crate) keep: Duration,
    pub(crate) now: i64,
    pub(crate) tail: Tail,
}

/// Not all events are in the log. Appending them again is safe.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error(
        "log of {0}: other writers succeeded first in {ATTEMPTS} attempts. Lower `parallel` in the pipe file, or \
         name more segments in `log.channel`."
    )]
    Contended(String),
    /// With such a clock, an event on its way to clients could count as delivered.
    #[error(
        "log of {source_name}: nothing is appended while the function's clock is {ahead} ms ahead of DynamoDB's. Clocks may \
         differ by 5 seconds."
    )]
    ClockSkew {
        source_name: String,
        /// Milliseconds; negative if the function's clock is behind.
        ahead: i64,
    },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Logs {
    /// Appends events of one channel in order. An event that was appended within the last minute keeps its
    /// position.
    ///
    /// After an error, some of the events may be in the log; appending them again is safe. The time `keep` is
    /// that of the pipe file, and `now` is in milliseconds since the epoch.
    pub async fn append(
        &self,
        pipe: &str,
        source: &str,
        entries: &[Entry<'_>],
        keep: Duration,
        now: i64,
    ) -> Result<Appended, AppendError> {
        let tail = self.tail(source, keep, now).await;
        // Before the tail's own error: a wrong clock can be its cause.
        self.check_clock(source)?;
        let mut tail = tail?;
        tail.begin(now);
        self.list(pipe, source, &mut tail, keep, now).await?;
        let mut conflicts = 0;
        while has_missing(&tail, entries) {
            if let Some(wait) = tail.pace.wait() {
                tokio::time::sleep(wait).await;
                tail = self.catch_up(source, tail, keep, now).await?;
            }
            let Some(item) = next(&tail, pipe, source, entries, keep, now) else { break };
            if self.put(&item).await? {
                self.add(&mut tail, &item, now);
                tail.pace.succeeded();
                continue;
            }
            conflicts += 1;
            if conflicts > ATTEMPTS {
                return Err(AppendError::Contended(source.to_owned()));
            }
            tail.pace.failed();
        }
        let positions = entries.iter().filter_map(|entry| tail.position(entry.id)).collect();
        Ok(Appended { positions, source: source.to_owned(), keep, now, tail })
    }

    fn check_clock(&self, source: &str) -> Result<(), AppendError> {
        match self.clock.skew() {
            None => Ok(()),
            Some(ahead) => Err(AppendError::ClockSkew { source_name: source.to_owned(), ahead }),
        }
    }

    /// Adds what other writers appended.
    async fn catch_up(
        &self,
        source: &str,
        mut tail: Tail,
        keep: Duration,
        now: i64,
    ) -> Result<Tail, StorageError> {
        let last = match self.read_end(source).await?.last {
            Some(Ok(last)) if last.beginning == tail.beginning => last,
            _ => return Ok(self.load(source, keep, now).await?.with_writer_of(&tail)),
        };
        if last.end() <= tail.end {
            return Ok(tail);
        }
        if last.end() - tail.end > MAX_READ * last.count {
            let skipped = self.complete(last).await?.and_then(|last| tail.skip_to(&last, now));
            skipped.unwrap_or_else(|damaged| self.report(&damaged));
            return Ok(tail);
        }
        let up_to_last = |found: &Found| found.as_ref().is_ok_and(|item| item.sk != last.sk);
        let found = self.read_pages(source, Range::After(tail.end), up_to_last).await?;
        if found.iter().any(Result::is_err) {
            return Ok(self.load(source, keep, now).await?.with_writer_of(&tail));
        }
        found.iter().flatten().for_each(|item| self.add(&mut tail, item, now));
        Ok(tail)
    }

    /// Makes the end of the channel last longer than its events. The pipe must not get its response before.
    pub async fn record_end(&self, appended: &Appended) -> Result<(), StorageError> {
        let Appended { source, keep, now, tail, .. } = appended;
        let end = tail.end_item(source, *keep, *now);
        // If the condition fails, another writer has recorded a later end.
        self.put_if(&end, end.is_later(tail.recorded_is_damaged)).await.map(drop)
    }

    /// Records that every client has the events, or that its connection is closed.
    ///
    /// If a dispatch fails or stops before this call, its events count as undelivered for a while: a client
    /// that resumes receives them once more.
    pub fn mark_delivered(&self, appended: Appended) {
        self.tails().add(appended.source, appended.tail);
    }

    /// Returns the tail of this process's last batch, or reads the channel's end if other writers may have
    /// appended more than that tail can show.
    async fn tail(&self, source: &str, keep: Duration, now: i64) -> Result<Tail, StorageError> {
        let cached = self.tails().take(source);
        match cached {
            Some(tail) if tail.is_fresh(now) && self.clock.is_steady() => Ok(tail),
            Some(stale) => Ok(self.load(source, keep, now).await?.with_writer_of(&stale)),
            None => self.load(source, keep, now).await,
        }
    }

    async fn load(&self, source: &str, keep: Duration, now: i64) -> Result<Tail, StorageError> {
        let (stored, beginning, end) = self.open(source, keep, now).await?;
        let mut tail = Tail::new(&stored, beginning, end, now);
        for found in self.recent(source, &stored, now).await? {
            tail.add_found(&found, now).unwrap_or_else(|damaged| self.report(&damaged));
        }
        (tail.beginning, tail.end) = (beginning, end);
        Ok(tail)
    }

    /// The last items that a writer must know, the oldest first.
    async fn recent(&self, source: &str, stored: &StoredEnd, now: i64) -> Result<Vec<Found>, StorageError> {
        let from = match &stored.last {
            Some(Ok(last)) if !is_recent(last, last, now) => return Ok(vec![Ok(last.clone())]),
            Some(Ok(last)) => last.end(),
            Some(Err(damaged)) => damaged.first().unwrap_or_default(),
            None => return Ok(Vec::new()),
        };
        let last = stored.last.as_ref().and_then(|last| last.as_ref().ok());
        let recent = |found: &Found| match (found, last) {
            (Ok(item), Some(last)) => is_recent(item, last, now),
            (Ok(item), None) => is_recent(item, item, now),
            (Err(_), _) => true,
        };
        let mut found = self.read_pages(source, Range::BackFrom(from), recent).await?;
        let newest =
            found.first().map(|found| found.as_ref().map_or_else(|damaged| &damaged.sk, |item| &item.sk));
        if last.is_some_and(|last| newest != Some(&last.sk)) {
            let missing = format!("the response lacks the last item of {source}");
            return Err(StorageError::contradictory(&self.table, missing));
        }
        found.reverse();
        Ok(found)
    }

    fn add(&self, tail: &mut Tail, item: &Item, now: i64) {
        if let Err(damaged) = tail.add(item, now) {
            self.report(&damaged);
        }
    }
}

fn has_missing(tail: &Tail, entries: &[Entry<'_>]) -> bool {
    entries.iter().any(|entry| tail.position(entry.id).is_none())
}

/// The next item, with as many missing events as it can hold. None if the log has all events.
fn next(
    tail: &Tail,
    pipe: &str,
    source: &str,
    entries: &[Entry<'_>],
    keep: Duration,
    now: i64,
) -> Option<Item> {
    let mut ids = HashSet::new();
    let missing = entries.iter().filter(|entry| tail.position(entry.id).is_none() && ids.insert(entry.id));
    let texts: Vec<&str> = missing.map(|entry| entry.text).collect();
    let block = blocks(&texts).next()?;
    Some(tail.next(pipe, source, block, keep, now))
}
