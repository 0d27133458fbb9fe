use std::collections::HashSet;
use std::time::Duration;

use tablecast_aws::{StorageError, jitter};
use tablecast_protocol::Position;

use crate::block::blocks;
use crate::damage::DamagedItem;
use crate::item::{Found, Item};
use crate::logs::Logs;
use crate::table::Range;
use crate::tail::{Tail, is_recent};

/// Attempts to write an item while other writers succeed first.
const ATTEMPTS: u32 = 100;

/// The longest pause between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

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
#[must_use = "call `mark_delivered` once every client has the events"]
pub struct Appended {
    /// One for each event, in order.
    pub positions: Vec<Position>,
    pipe: String,
    tail: Tail,
}

/// Not all events are in the log. Appending them again is safe.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error(
        "log of pipe {0}: other writers succeeded first in {ATTEMPTS} attempts. Lower `parallel` in the pipe file."
    )]
    Contended(String),
    /// With such a clock, an event on its way to clients could count as delivered.
    #[error(
        "log of pipe {pipe}: nothing is appended while the function's clock is {ahead} ms ahead of DynamoDB's. Clocks may \
         differ by 5 seconds."
    )]
    ClockSkew {
        pipe: String,
        /// Milliseconds; negative if the function's clock is behind.
        ahead: i64,
    },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Logs {
    /// Appends events in order. An event that was appended within the last minute keeps its position.
    ///
    /// After an error, some of the events may be in the log; appending them again is safe. The time `keep` is
    /// that of the pipe file, and `now` is in milliseconds since the epoch.
    pub async fn append(
        &self,
        pipe: &str,
        entries: &[Entry<'_>],
        keep: Duration,
        now: i64,
    ) -> Result<Appended, AppendError> {
        let tail = self.tail(pipe, keep, now).await;
        // Before the tail's own error: a wrong clock can be its cause.
        self.check_clock(pipe)?;
        let mut tail = tail?;
        tail.begin(now);
        let mut conflicts = 0;
        while let Some(item) = next(&tail, pipe, entries, keep, now) {
            if self.put(&item).await? {
                self.add(&mut tail, &item, now);
                self.spend_origin(&mut tail, now).await?;
                continue;
            }
            conflicts += 1;
            if conflicts > ATTEMPTS {
                return Err(AppendError::Contended(pipe.to_owned()));
            }
            tokio::time::sleep(jitter(PAUSE)).await;
            tail = self.catch_up(pipe, tail, keep, now).await?;
        }
        let positions = entries.iter().filter_map(|entry| tail.position(entry.id)).collect();
        Ok(Appended { positions, pipe: pipe.to_owned(), tail })
    }

    /// An origin proves the end of a log only until its first event: otherwise, an epoch whose items somebody
    /// deletes would begin again.
    async fn spend_origin(&self, tail: &mut Tail, now: i64) -> Result<(), StorageError> {
        match tail.origin.take() {
            Some(origin) => self.extend(&origin, now / 1000).await.map(drop),
            None => Ok(()),
        }
    }

    fn check_clock(&self, pipe: &str) -> Result<(), AppendError> {
        match self.clock.skew() {
            None => Ok(()),
            Some(ahead) => Err(AppendError::ClockSkew { pipe: pipe.to_owned(), ahead }),
        }
    }

    /// Adds what other writers appended. If some of it is damaged, reads the log's end again.
    async fn catch_up(
        &self,
        pipe: &str,
        mut tail: Tail,
        keep: Duration,
        now: i64,
    ) -> Result<Tail, StorageError> {
        let found = self.read_pages(pipe, Range::After(tail.end), Result::is_ok).await?;
        match found.into_iter().collect::<Result<Vec<Item>, DamagedItem>>() {
            Ok(items) => {
                items.iter().for_each(|item| self.add(&mut tail, item, now));
                Ok(tail)
            }
            Err(_) => Ok(self.load(pipe, keep, now).await?.with_writer_of(&tail)),
        }
    }

    /// Records that every client has the events, or that its connection is closed.
    ///
    /// If a dispatch fails or stops before this call, its events count as undelivered for a while: a client
    /// that resumes receives them once more.
    pub fn mark_delivered(&self, appended: Appended) {
        self.tails().insert(appended.pipe, appended.tail);
    }

    /// Returns the tail of this process's last batch, or reads the log's end if other writers may have
    /// appended more than that tail can show.
    async fn tail(&self, pipe: &str, keep: Duration, now: i64) -> Result<Tail, StorageError> {
        let cached = self.tails().remove(pipe);
        match cached {
            Some(tail) if tail.is_fresh(now) && self.clock.is_steady() => Ok(tail),
            Some(stale) => Ok(self.load(pipe, keep, now).await?.with_writer_of(&stale)),
            None => self.load(pipe, keep, now).await,
        }
    }

    async fn load(&self, pipe: &str, keep: Duration, now: i64) -> Result<Tail, StorageError> {
        let last = self.last_item(pipe, keep, now).await?;
        let recent = |found: &Found| found.as_ref().map_or(true, |item| is_recent(item, &last, now));
        let mut found = self.read_pages(pipe, Range::BackFrom(last.end()), recent).await?;
        found.reverse();
        let missing = || "the response lacks the log's last item".to_owned();
        let tail = Tail::of(&found, &last, now);
        let (tail, damaged) = tail.ok_or_else(|| StorageError::contradictory(&self.table, missing()))?;
        damaged.iter().for_each(|damaged| self.report(damaged));
        Ok(tail)
    }

    fn add(&self, tail: &mut Tail, item: &Item, now: i64) {
        if let Err(damaged) = tail.add(item, now) {
            self.report(&damaged);
        }
    }
}

/// The next item, with as many missing events as it can hold. None if the log has all events.
fn next(tail: &Tail, pipe: &str, entries: &[Entry<'_>], keep: Duration, now: i64) -> Option<Item> {
    let mut ids = HashSet::new();
    let missing = entries.iter().filter(|entry| tail.position(entry.id).is_none() && ids.insert(entry.id));
    let texts: Vec<&str> = missing.map(|entry| entry.text).collect();
    let block = blocks(&texts).next()?;
    Some(tail.next(pipe, keep, now).with_events(block))
}
