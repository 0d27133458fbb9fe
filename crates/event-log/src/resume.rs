use std::time::Duration;

use tablecast_aws::StorageError;
use tablecast_protocol::{Position, RetainedLog, Unrecovered, recover};

use crate::event::LoggedEvent;
use crate::item::Item;
use crate::key::Partition;
use crate::logs::Logs;
use crate::select::Selection;

/// The events after a position.
#[derive(Debug)]
pub struct Replay {
    /// The log's last position when it was read.
    pub end: Position,
    /// The events up to the end, in order, or why they are not available.
    pub events: Result<Vec<LoggedEvent>, Unrecovered>,
    /// Bytes of the items that were read.
    pub read: usize,
}

impl Logs {
    /// Returns the events that a client missed, for a client that reconnects.
    ///
    /// These are the `wanted` events (by their text) after the position, and those that were not delivered
    /// yet when the event at the position was appended. `limit` is their maximum number.
    pub async fn resume(
        &self,
        pipe: &str,
        after: &str,
        keep: Duration,
        now: i64,
        limit: usize,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Replay, StorageError> {
        let end = self.end(pipe, keep, now).await?;
        let after: Option<Position> = after.parse().ok();
        let reached = after.filter(|after| after.epoch == end.epoch && after.offset <= end.offset);
        let start = match reached {
            Some(after) => self.start(pipe, after, now).await?,
            None => Start::unknown(0),
        };
        let Selection { events, read } = match recover(after, RetainedLog { end, from: start.retained_from })
        {
            Err(reason) => Selection::none(reason),
            Ok(offset) => {
                let received = |at: u64| start.first <= at && at <= offset;
                let missed = |at: u64, text: &str| !received(at) && wanted(text);
                self.select(pipe, start.delivered_to.min(offset), end, limit, missed).await?
            }
        };
        Ok(Replay { end, events, read })
    }

    /// Returns the `wanted` events after a position, for a client that is connected.
    pub async fn since(
        &self,
        pipe: &str,
        after: Position,
        keep: Duration,
        now: i64,
        limit: usize,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Replay, StorageError> {
        let end = self.end(pipe, keep, now).await?;
        let retained = RetainedLog { end, from: after.offset };
        let Selection { events, read } = match recover(Some(after), retained) {
            Err(reason) => Selection::none(reason),
            Ok(offset) => self.select(pipe, offset, end, limit, |_, text| wanted(text)).await?,
        };
        Ok(Replay { end, events, read })
    }

    async fn start(&self, pipe: &str, after: Position, now: i64) -> Result<Start, StorageError> {
        let found = self.find(pipe, after.offset).await?;
        let found = found.filter(|item| item.epoch == after.epoch && item.end() >= after.offset);
        let found = match found {
            None if self.is_origin(pipe, after).await? => self.first_after(pipe, after).await?,
            found => found,
        };
        let kept = found.filter(|item| item.is_kept(now));
        Ok(kept.map_or(Start::unknown(after.offset), |item| Start {
            retained_from: after.offset,
            delivered_to: item.delivered_to,
            first: item.first(),
        }))
    }

    /// Returns whether the position is before the first event of its epoch. The origin may have expired.
    async fn is_origin(&self, pipe: &str, position: Position) -> Result<bool, StorageError> {
        if position.offset == 0 {
            return Ok(true);
        }
        let origin = self.last(Partition::Origins.of(pipe)).await?;
        Ok(origin.is_some_and(|origin| origin.is_ok_and(|origin| origin.end_position() == position)))
    }

    /// The item that begins right after a position, if it is of the same epoch.
    async fn first_after(&self, pipe: &str, position: Position) -> Result<Option<Item>, StorageError> {
        let next = position.offset + 1;
        let found = self.find(pipe, next).await?;
        Ok(found.filter(|item| item.epoch == position.epoch && item.first() == next))
    }
}

/// A client's position, as the log knows it.
struct Start {
    /// The offset from which the log has every event, as in `RetainedLog`.
    retained_from: u64,
    /// The offset up to which every event was delivered when the event at the position was appended.
    delivered_to: u64,
    /// The first offset of the item that holds the position.
    first: u64,
}

impl Start {
    fn unknown(offset: u64) -> Self {
        Self { retained_from: u64::MAX, delivered_to: offset, first: 0 }
    }
}
