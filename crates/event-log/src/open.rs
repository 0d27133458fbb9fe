//! Finds a channel's end, or begins an epoch. No append follows an end without evidence that nothing was appended
//! after it.

use std::time::Duration;

use tablecast_aws::{StorageError, pause};
use tablecast_protocol::Position;

use crate::beginning::Beginning;
use crate::condition::Condition;
use crate::end::{End, StoredEnd};
use crate::end_item::EndItem;
use crate::logs::Logs;

/// Attempts to find or to make an end.
const ATTEMPTS: u32 = 6;

/// The longest pause before the second attempt. It doubles with each attempt.
const PAUSE: Duration = Duration::from_millis(40);

impl Logs {
    /// Returns the last position of a channel. Reads only. `now` is in milliseconds since the epoch.
    pub async fn last_position(&self, source: &str, now: i64) -> Result<Position, StorageError> {
        Ok(self.read_end(source).await?.decide(now).position(now))
    }

    /// Returns the stored end of an epoch in which the next event can be appended. Begins an epoch if there is
    /// none, and repairs a damaged end item.
    pub(crate) async fn open(
        &self,
        source: &str,
        keep: Duration,
        now: i64,
    ) -> Result<(StoredEnd, Beginning, u64), StorageError> {
        for attempt in 0..ATTEMPTS {
            pause(attempt, PAUSE).await;
            let stored = self.read_end(source).await?;
            let end = stored.decide(now);
            let is_damaged = stored.fields.is_some() && stored.recorded.is_none();
            match (end, end.next_beginning(now)) {
                (End::Open(beginning, last), _) if !is_damaged => return Ok((stored, beginning, last)),
                (End::Open(beginning, last), _) => {
                    let repaired = EndItem::new(source, beginning, last, keep, now);
                    self.put_if(&repaired, stored.is_unchanged()).await?;
                }
                (_, None) => {}
                (_, Some(beginning)) => {
                    if self.begin(source, &stored, beginning, keep, now).await? {
                        return Ok((StoredEnd { last: None, ..stored }, beginning, beginning.origin));
                    }
                }
            }
        }
        let reason = format!(
            "the end of {source} changed during {ATTEMPTS} reads, or responses contradict each other"
        );
        Err(StorageError::contradictory(&self.table, reason))
    }

    /// Writes the beginning of an epoch, if the end is still as it was read: a false response is no evidence.
    async fn begin(
        &self,
        source: &str,
        stored: &StoredEnd,
        beginning: Beginning,
        keep: Duration,
        now: i64,
    ) -> Result<bool, StorageError> {
        if let Some(ahead) = self.clock.skew() {
            let reason =
                format!("no epoch begins while the function's clock is {ahead} ms ahead of DynamoDB's");
            return Err(StorageError::contradictory(&self.table, reason));
        }
        if beginning.origin > 0 && beginning.continues.is_none() {
            let (end, epoch) = (beginning.origin, beginning.epoch);
            tracing::warn!(source, end, %epoch, "a log begins an epoch that continues none: an item is damaged, its end is not recorded, or its last events were not delivered. Clients receive recovered: false");
        }
        let listed = stored.recorded.as_ref().map(|end| end.listed.clone()).unwrap_or_default();
        let item = EndItem { listed, ..EndItem::new(source, beginning, beginning.origin, keep, now) };
        self.put_if(&item, stored.is_unchanged()).await
    }
}

impl StoredEnd {
    /// The condition that the end item is still as it was read.
    fn is_unchanged(&self) -> Condition {
        Condition::unchanged(
            self.fields.as_ref(),
            &["epoch", "end_offset", "origin", "continues", "delivered_to"],
        )
    }
}
