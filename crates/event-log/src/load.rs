//! Reads what a writer must know of a channel's end.

use tablecast_aws::StorageError;

use crate::destination::Destination;
use crate::end::StoredEnd;
use crate::item::{Item, ItemResult};
use crate::logs::Logs;
use crate::table::Range;
use crate::tail::Tail;
use crate::timing::is_reused;

/// A writer reads at most so many items that others appended: many writers would read all items many times.
const MAX_READ: u64 = 16;

impl Logs {
    /// Returns the tail of this process's last batch, or reads the channel's end if other writers may have
    /// appended more than that tail can show.
    pub(crate) async fn tail(&self, to: Destination<'_>) -> Result<Tail, StorageError> {
        let cached = self.tails().take(to.source);
        match cached {
            Some(tail) if tail.is_fresh(to.now) && self.clock.is_steady() => Ok(tail),
            Some(stale) => self.load_again(to, &stale).await,
            None => self.load(to).await,
        }
    }

    async fn load(&self, to: Destination<'_>) -> Result<Tail, StorageError> {
        let Destination { source, now, .. } = to;
        let (stored, beginning, last_offset) = self.open(source, to.keep, now).await?;
        let mut tail = Tail::new(&stored, beginning, last_offset, now);
        let of_epoch = |found: &ItemResult| found.as_ref().map_or(true, |item| item.beginning == beginning);
        let mut recent = self.recent(source, &stored, now).await?;
        tail.add_newest(&recent, now);
        recent.retain(of_epoch);
        tail.add_unread_before(&recent, now);
        for found in recent {
            tail.add_found(&found, now).unwrap_or_else(|damaged| self.report(&damaged));
        }
        (tail.beginning, tail.last_offset) = (beginning, last_offset);
        tail.confirm(&stored);
        Ok(tail)
    }

    /// The last items that a writer must know, the oldest first.
    async fn recent(
        &self,
        source: &str,
        stored: &StoredEnd,
        now: i64,
    ) -> Result<Vec<ItemResult>, StorageError> {
        let from = match &stored.last {
            Some(Ok(last)) if !is_reused(last.appended_at, now) => return Ok(vec![Ok(last.clone())]),
            Some(Ok(last)) => last.last_offset(),
            Some(Err(damaged)) => damaged.first_offset().unwrap_or_default(),
            None => return Ok(Vec::new()),
        };
        let last = stored.last.as_ref().and_then(|last| last.as_ref().ok());
        let mut read = 0;
        let recent = |found: &ItemResult| {
            read += 1;
            let is_recent = found.as_ref().map_or(true, |item| is_reused(item.appended_at, now));
            read < MAX_READ && is_recent
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

    /// Adds what other writers appended.
    pub(crate) async fn catch_up(&self, to: Destination<'_>, mut tail: Tail) -> Result<Tail, StorageError> {
        let Destination { source, now, .. } = to;
        let stored = self.read_end(source).await?;
        let last = match &stored.last {
            Some(Ok(last)) if last.beginning == tail.beginning => last,
            _ => return self.load_again(to, &tail).await,
        };
        if last.last_offset() <= tail.last_offset {
            return Ok(tail);
        }
        let found = self.appended_after(source, &tail, last).await?;
        if found.iter().any(Result::is_err) {
            return self.load_again(to, &tail).await;
        }
        for item in found.iter().flatten() {
            self.add(&mut tail, item, now);
        }
        if tail.last_offset < last.last_offset() {
            let Ok(last) = self.complete(last.clone()).await? else {
                return self.load_again(to, &tail).await;
            };
            tail.skip_to(&last, now).unwrap_or_else(|damaged| self.report(&damaged));
        }
        tail.confirm(&stored);
        Ok(tail)
    }

    /// A batch can have begun before, so the tail is pruned as of its time.
    async fn load_again(&self, to: Destination<'_>, tail: &Tail) -> Result<Tail, StorageError> {
        let mut loaded = self.load(to).await?.with_writer_of(tail);
        loaded.prune(to.now);
        Ok(loaded)
    }

    /// The items after a tail up to the last, if they seem to be few. Their first ones otherwise.
    async fn appended_after(
        &self,
        source: &str,
        tail: &Tail,
        last: &Item,
    ) -> Result<Vec<ItemResult>, StorageError> {
        if last.last_offset() - tail.last_offset > MAX_READ * last.count {
            return Ok(Vec::new());
        }
        let mut read = 0;
        let more = |found: &ItemResult| {
            read += 1;
            read < MAX_READ && found.as_ref().is_ok_and(|item| item.sk != last.sk)
        };
        self.read_pages(source, Range::After(tail.last_offset), more).await
    }

    /// Adds the log's next item, and returns its last offset.
    pub(crate) fn add(&self, tail: &mut Tail, item: &Item, now: i64) -> u64 {
        tail.add(item, now).unwrap_or_else(|damaged| self.report(&damaged));
        tail.last_offset
    }
}
