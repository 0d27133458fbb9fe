use tablecast_aws::StorageError;
use tablecast_protocol::{Position, RetainedLog, Unrecovered, recover};

use crate::end::End;
use crate::event::LoggedEvent;
use crate::logs::Logs;
use crate::select::Selection;

/// The events after a position.
#[derive(Debug)]
pub struct Replay {
    /// The log's last position when it was read.
    pub last_position: Position,
    /// The events up to this position, in order, or why they are not available.
    pub events: Result<Vec<LoggedEvent>, Unrecovered>,
    /// Bytes of the items that were read.
    pub read: usize,
}

impl Logs {
    /// Returns the events of a channel that a client missed, for a client that reconnects.
    ///
    /// These are the `wanted` events (by their text) after the position, and those that were not delivered
    /// yet when the event at the position was appended. `limit` is their maximum number.
    pub async fn resume(
        &self,
        source: &str,
        after: &str,
        now: i64,
        limit: usize,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Replay, StorageError> {
        let stored = self.read_end(source).await?.decide(now);
        let after = after.parse().ok().map(|after| stored.resolve(after, now));
        let last_position = stored.position(now);
        let reached =
            after.filter(|after| after.epoch == last_position.epoch && after.offset <= last_position.offset);
        let point = match reached {
            Some(after) => self.resume_point(source, after, &stored, now).await?,
            None => ResumePoint::unknown(0),
        };
        let Selection { events, read } =
            match recover(after, RetainedLog { end: last_position, from: point.retained_from }) {
                Err(reason) => Selection::none(reason),
                Ok(offset) => {
                    let received = |at: u64| point.first <= at && at <= offset;
                    let missed = |at: u64, text: &str| !received(at) && wanted(text);
                    self.select(source, point.delivered_to.min(offset), last_position, limit, missed).await?
                }
            };
        Ok(Replay { last_position, events, read })
    }

    /// Returns the `wanted` events after a position, for a client that is connected.
    pub async fn since(
        &self,
        source: &str,
        after: Position,
        now: i64,
        limit: usize,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Replay, StorageError> {
        let stored = self.read_end(source).await?.decide(now);
        let (after, last_position) = (stored.resolve(after, now), stored.position(now));
        let retained = RetainedLog { end: last_position, from: after.offset };
        let Selection { events, read } = match recover(Some(after), retained) {
            Err(reason) => Selection::none(reason),
            Ok(offset) => self.select(source, offset, last_position, limit, |_, text| wanted(text)).await?,
        };
        Ok(Replay { last_position, events, read })
    }

    async fn resume_point(
        &self,
        source: &str,
        after: Position,
        end: &End,
        now: i64,
    ) -> Result<ResumePoint, StorageError> {
        let is_origin = end.beginning().is_some_and(|beginning| beginning.position() == after);
        // The item of the first event proves that nothing after the origin has expired.
        let offset = if is_origin { after.offset + 1 } else { after.offset };
        let found = self.find(source, offset).await?;
        let found = found.filter(|item| item.beginning.epoch == after.epoch && item.last_offset() >= offset);
        Ok(match (found, end) {
            (Some(item), _) => ResumePoint {
                retained_from: if item.is_kept(now) { after.offset } else { ResumePoint::NOTHING_RETAINED },
                delivered_to: item.delivered_to,
                first: item.first_offset(),
            },
            (None, End::Quiet(quiet)) => ResumePoint::unknown(quiet.delivered_to),
            (None, _) => ResumePoint::unknown(after.offset),
        })
    }
}

/// A client's position, as the log knows it.
struct ResumePoint {
    /// The offset from which the log has every event, as in `RetainedLog`.
    retained_from: u64,
    /// The offset up to which every event was delivered when the event at the position was appended.
    delivered_to: u64,
    /// The first offset of the item that holds the position.
    first: u64,
}

impl ResumePoint {
    /// No event is retained for certain.
    const NOTHING_RETAINED: u64 = u64::MAX;

    fn unknown(offset: u64) -> Self {
        Self { retained_from: Self::NOTHING_RETAINED, delivered_to: offset, first: 0 }
    }
}
