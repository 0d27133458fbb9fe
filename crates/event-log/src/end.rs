//! The end of a log. No append follows an end without evidence that nothing was appended after it.
//!
//! An item is evidence as long as it cannot have expired: later items expire later, so they exist, too. Where
//! there is no such item, an **origin** begins the log again, with another epoch.

use std::time::Duration;

use tablecast_aws::{StorageError, jitter};
use tablecast_protocol::{Epoch, Position};

use crate::item::{Item, MAX_COUNT, expires_at};
use crate::key::{ABSENT, Partition};
use crate::logs::Logs;

/// Attempts to find or to make the last item.
const ATTEMPTS: u32 = 6;

/// The longest pause before the second attempt. It doubles with each attempt.
const PAUSE: Duration = Duration::from_millis(20);

/// Seconds by which clocks may differ here, those of DynamoDB's own TTL included.
const MARGIN_SECONDS: i64 = 60;

/// The times that decide about a last item, in seconds since the epoch.
#[derive(Debug, Clone, Copy)]
struct Life {
    now: i64,
    /// When an item expires that is written now.
    full: i64,
}

impl Life {
    /// Returns whether an item cannot have outlived a later one. It could if it has expired, or if `log.keep`
    /// was shortened after it was written.
    fn proves_end(self, item: &Item) -> bool {
        item.expires_at > self.now + MARGIN_SECONDS && item.expires_at <= self.full + MARGIN_SECONDS
    }

    fn is_in_second_half(self, item: &Item) -> bool {
        item.expires_at < self.now + (self.full - self.now) / 2
    }
}

impl Logs {
    /// Returns the last position of a log. Creates the log if there is none.
    ///
    /// Only the last item holds this position, so the item lives for at least half the time that events are
    /// kept. The time `keep` is that of the pipe file, and `now` is in milliseconds since the epoch.
    pub async fn end(&self, pipe: &str, keep: Duration, now: i64) -> Result<Position, StorageError> {
        Ok(self.last_item(pipe, keep, now).await?.end_position())
    }

    /// Returns the last item, in the first half of its life, so that it does not expire during an append.
    pub(crate) async fn last_item(&self, pipe: &str, keep: Duration, now: i64) -> Result<Item, StorageError> {
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(jitter(PAUSE * (1 << attempt))).await;
            }
            if let Some(last) = self.try_last_item(pipe, keep, now).await? {
                return Ok(last);
            }
        }
        let reason = format!(
            "the end of the log of {pipe} changed during {ATTEMPTS} reads, or responses contradict each other"
        );
        Err(StorageError::contradictory(&self.table, reason))
    }

    /// None if the log must be read again.
    async fn try_last_item(
        &self,
        pipe: &str,
        keep: Duration,
        now: i64,
    ) -> Result<Option<Item>, StorageError> {
        let life = Life { now: now / 1000, full: expires_at(now, keep) };
        let end = match self.last(Partition::Events.of(pipe)).await? {
            None => 0,
            Some(Ok(last)) if life.proves_end(&last) => return self.kept_alive(last, life).await,
            Some(Ok(last)) => last.end(),
            Some(Err(damaged)) => damaged.first().unwrap_or_default().saturating_add(MAX_COUNT),
        };
        let (end, replaced) = match self.last(Partition::Origins.of(pipe)).await? {
            Some(Ok(origin)) if life.proves_end(&origin) && origin.end() >= end => {
                return self.kept_alive(origin, life).await;
            }
            Some(Ok(origin)) => (end.max(origin.end()), Some(origin)),
            Some(Err(damaged)) => (end.max(damaged.first().unwrap_or_default().saturating_add(1)), None),
            None => (end, None),
        };
        self.begin(&Item::origin(pipe, end, Epoch(fastrand::u64(..)), keep, now), replaced).await?;
        Ok(None)
    }

    /// Extends the life of the last item in its second half. None if another process changed it.
    async fn kept_alive(&self, last: Item, life: Life) -> Result<Option<Item>, StorageError> {
        if !life.is_in_second_half(&last) {
            return Ok(Some(last));
        }
        let extended = self.extend(&last, life.full).await?;
        Ok(extended.then_some(Item { expires_at: life.full, ..last }))
    }

    /// Writes an origin, after which events are appended in another epoch. The caller reads it back, and so
    /// reads the log's items a second time.
    async fn begin(&self, origin: &Item, replaced: Option<Item>) -> Result<(), StorageError> {
        if let Some(ahead) = self.clock.skew() {
            let reason =
                format!("no new epoch begins while the function's clock is {ahead} ms ahead of DynamoDB's");
            return Err(StorageError::contradictory(&self.table, reason));
        }
        if origin.end() > 0 {
            let (pk, end, epoch) = (&origin.pk, origin.end(), origin.epoch);
            tracing::warn!(pk, end, %epoch, "a log begins another epoch: its last item has expired or is damaged, or log.keep is shorter now");
        }
        let condition = format!("{ABSENT} OR expires_at = :seen");
        let seen = replaced.map_or(-1, |replaced| replaced.expires_at);
        self.put_if(origin, &condition, Some((":seen", seen))).await.map(drop)
    }
}
