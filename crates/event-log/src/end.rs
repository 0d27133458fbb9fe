//! The end of a channel. No append follows an end without evidence that nothing was appended after it.
//!
//! An item with events is evidence as long as it cannot have expired: later items expire later. After that, the
//! end item is: it is written after each append, and before a pipe gets its response. Its epoch ends then, and
//! the next event begins another one, which continues it.

use std::time::Duration;

use tablecast_aws::{StorageError, jitter};
use tablecast_protocol::{Epoch, Position};

use crate::end_item::{Beginning, EndItem, is_remembered};
use crate::item::{Found, Item, MAX_COUNT};
use crate::key::ABSENT;
use crate::logs::Logs;
use crate::write::Condition;

/// Attempts to find or to make an end.
const ATTEMPTS: u32 = 6;

/// The longest pause before the second attempt. It doubles with each attempt.
const PAUSE: Duration = Duration::from_millis(20);

/// Seconds by which clocks may differ here, those of DynamoDB's own TTL included.
const MARGIN_SECONDS: i64 = 60;

/// An append may begin an epoch so many milliseconds before it is visible.
const LONGEST_APPEND: i64 = 10 * 60 * 1000;

/// What the table holds of a channel's end.
#[derive(Debug, Default)]
pub(crate) struct StoredEnd {
    pub recorded: Option<EndItem>,
    pub recorded_is_damaged: bool,
    /// The last item that has an offset.
    pub last: Option<Found>,
}

/// The end of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The next event belongs to the same epoch.
    Open(Beginning, u64),
    /// All events may have expired. The next event begins an epoch that continues this one.
    Quiet(Beginning, u64),
    /// Offsets up to this one may have been given. The next event begins an epoch that continues none.
    Lost(Epoch, u64),
    /// The channel has had no event.
    Absent,
}

impl StoredEnd {
    pub fn end(&self, now: i64) -> End {
        let recorded = self.recorded.as_ref().map(|end| (end.beginning, end.end_offset));
        let recorded_place = recorded.map(|(beginning, end)| (beginning.epoch, end));
        match (&self.last, recorded) {
            (Some(Ok(last)), _) if Some((last.beginning.epoch, last.end())) >= recorded_place => {
                of_last(last, recorded.is_some(), now)
            }
            (Some(Err(damaged)), recorded) => {
                let first = damaged.first().unwrap_or_default();
                match recorded {
                    Some((beginning, end)) if end >= first => End::Open(beginning, end),
                    _ => End::Lost(
                        recorded_place.map_or(Epoch(0), |(epoch, _)| epoch),
                        first.saturating_add(MAX_COUNT),
                    ),
                }
            }
            (_, Some((beginning, end))) if end == beginning.origin => End::Open(beginning, end),
            (_, Some((beginning, end))) => End::Quiet(beginning, end),
            (_, None) => End::Absent,
        }
    }
}

/// The end after a readable item that nothing is known to follow.
fn of_last(last: &Item, is_recorded: bool, now: i64) -> End {
    match last.expires_at > now / 1000 + MARGIN_SECONDS {
        true => End::Open(last.beginning, last.end()),
        false if is_recorded => End::Quiet(last.beginning, last.end()),
        false => End::Lost(last.beginning.epoch, last.end()),
    }
}

impl End {
    /// The last position. That of a channel without events is the time at which it had none.
    pub fn position(&self, now: i64) -> Position {
        match *self {
            Self::Open(Beginning { epoch, .. }, offset) | Self::Quiet(Beginning { epoch, .. }, offset) => {
                Position { epoch, offset }
            }
            Self::Lost(..) | Self::Absent => Beginning::first(now).position(),
        }
    }

    /// The same place as a position, in the epoch of this end. The position itself if it is in no such place.
    pub fn resolve(&self, after: Position, now: i64) -> Position {
        let is_same = match self {
            Self::Open(beginning, _) | Self::Quiet(beginning, _) => {
                let is_continued =
                    beginning.continues == Some(after.epoch) && beginning.origin == after.offset;
                is_continued || is_before_first(beginning, after, now)
            }
            Self::Absent => was_absent(after, now),
            Self::Lost(..) => false,
        };
        match self {
            Self::Open(beginning, _) | Self::Quiet(beginning, _) if is_same => beginning.position(),
            _ if is_same => self.position(now),
            _ => after,
        }
    }
}

/// Returns whether the channel's first epoch began after a position at which the channel had no event.
fn is_before_first(beginning: &Beginning, after: Position, now: i64) -> bool {
    let began = beginning.epoch.0.saturating_add(LONGEST_APPEND.unsigned_abs());
    beginning.origin == 0 && beginning.continues.is_none() && after.epoch.0 <= began && was_absent(after, now)
}

/// Returns whether a position is that of a channel without events, and not too old.
fn was_absent(after: Position, now: i64) -> bool {
    let then = i64::try_from(after.epoch.0).unwrap_or(i64::MAX);
    after.offset == 0 && then <= now.saturating_add(LONGEST_APPEND) && is_remembered(then, now)
}

impl Logs {
    /// Returns the last position of a channel. Reads only. `now` is in milliseconds since the epoch.
    pub async fn end(&self, source: &str, now: i64) -> Result<Position, StorageError> {
        Ok(self.read_end(source).await?.end(now).position(now))
    }

    /// Returns the stored end of an epoch in which the next event can be appended. Begins an epoch if there is
    /// none.
    pub(crate) async fn open(
        &self,
        source: &str,
        keep: Duration,
        now: i64,
    ) -> Result<(StoredEnd, Beginning, u64), StorageError> {
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(jitter(PAUSE * (1 << attempt))).await;
            }
            let stored = self.read_end(source).await?;
            let beginning = match stored.end(now) {
                End::Open(beginning, end) => return Ok((stored, beginning, end)),
                End::Quiet(earlier, end) => Beginning::continuing(earlier.epoch, end, now),
                End::Lost(earlier, end) => Beginning::after(earlier, end, now),
                End::Absent => Beginning::first(now),
            };
            if self.begin(source, &stored, beginning, keep, now).await? {
                return Ok((StoredEnd { last: None, ..stored }, beginning, beginning.origin));
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
            tracing::warn!(source, end, %epoch, "a log begins another epoch: its last item is damaged, or its end is missing. Clients receive recovered: false");
        }
        let item = EndItem::new(source, beginning, beginning.origin, keep, now);
        let item = EndItem {
            listed: stored.recorded.as_ref().map(|end| end.listed.clone()).unwrap_or_default(),
            ..item
        };
        let condition = match &stored.recorded {
            Some(seen) => Condition::new("epoch = :epoch AND end_offset = :end")
                .text(":epoch", seen.beginning.epoch.to_string())
                .number(":end", seen.end_offset),
            None if stored.recorded_is_damaged => Condition::none(),
            None => Condition::new(ABSENT),
        };
        self.put_if(&item, condition).await
    }
}

#[cfg(test)]
mod tests;
