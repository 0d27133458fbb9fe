use std::collections::HashSet;
use std::time::Duration;

use crate::block::blocks;
use tablecast_protocol::Position;

use crate::item::Item;
use crate::table::Range;
use crate::tail::{Tail, is_recent};
use crate::{AppendError, Logs, StorageError};

/// Times that an item is offered which others overtake.
const ATTEMPTS: u32 = 100;

/// Between such times: up to this.
const PAUSE: Duration = Duration::from_millis(20);

/// An event to append.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'e> {
    /// The same whenever the event is made anew.
    pub id: &'e str,
    /// Its JSON, which says the same `id`.
    pub text: &'e str,
}

/// Events that are in the log, and not known to be sent to everyone yet.
#[derive(Debug)]
#[must_use = "whoever has sent them to everyone calls them settled"]
pub struct Appended {
    /// One for each, in order.
    pub positions: Vec<Position>,
    pipe: String,
    tail: Tail,
}

impl Logs {
    /// Appends events in order; one that was appended within the last minute keeps its place. Fails with some of them
    /// appended perhaps: to append them again is safe. `keep`: as the pipe file says; `now`: milliseconds since the epoch.
    pub async fn append(
        &self,
        pipe: &str,
        entries: &[Entry<'_>],
        keep: Duration,
        now: i64,
    ) -> Result<Appended, AppendError> {
        let mut tail = self.tail(pipe, keep, now).await?;
        tail.begin(now);
        let mut overtaken = 0;
        while let Some(item) = next(&tail, pipe, entries, keep, now) {
            if self.put(&item).await? {
                self.add(&mut tail, &item, now)?;
                continue;
            }
            overtaken += 1;
            if overtaken > ATTEMPTS {
                return Err(AppendError::Contended(pipe.to_owned()));
            }
            tokio::time::sleep(PAUSE.mul_f64(fastrand::f64())).await;
            for item in self.read_pages(pipe, Range::OnAfter(tail.end), |_| true).await? {
                self.add(&mut tail, &item, now)?;
            }
        }
        let offsets = entries.iter().filter_map(|entry| tail.offset(entry.id));
        let positions = offsets.map(|offset| Position { epoch: tail.epoch, offset }).collect();
        Ok(Appended { positions, pipe: pipe.to_owned(), tail })
    }

    /// All that was appended has been sent to everyone whom it concerns, or its connection is closed. What is not
    /// settled, because its dispatch failed or died, stays unsettled for a while: who resumes gets it once more.
    pub fn settle(&self, appended: Appended) {
        let mut tails = self.tails.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        tails.insert(appended.pipe, appended.tail);
    }

    /// As this process left it, unless what others appended since may be too old to keep its place, or too much.
    async fn tail(&self, pipe: &str, keep: Duration, now: i64) -> Result<Tail, StorageError> {
        let left = self.tails.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(pipe);
        match left {
            Some(tail) if tail.is_fresh(now) => Ok(tail),
            Some(stale) => Ok(self.load(pipe, keep, now).await?.in_lane_of(&stale)),
            None => self.load(pipe, keep, now).await,
        }
    }

    async fn load(&self, pipe: &str, keep: Duration, now: i64) -> Result<Tail, StorageError> {
        let last = self.last_item(pipe, keep, now).await?;
        let recent = |item: &Item| is_recent(item, &last, now);
        let mut items = self.read_pages(pipe, Range::BackFrom(last.end()), recent).await?;
        items.reverse();
        Tail::of(&items, now).map_err(|reason| self.unreadable(&last, &reason))
    }

    fn add(&self, tail: &mut Tail, item: &Item, now: i64) -> Result<(), StorageError> {
        tail.add(item, now).map_err(|reason| self.unreadable(item, &reason))
    }
}

/// As many of the events as make one item, of those that are not in the log; none if all are.
fn next(tail: &Tail, pipe: &str, entries: &[Entry<'_>], keep: Duration, now: i64) -> Option<Item> {
    let mut ids = HashSet::new();
    let missing = entries.iter().filter(|entry| tail.offset(entry.id).is_none() && ids.insert(entry.id));
    let texts: Vec<&str> = missing.map(|entry| entry.text).collect();
    let block = blocks(&texts).next()?;
    Some(tail.next(pipe, keep, now).hold(block))
}
