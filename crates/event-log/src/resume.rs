use std::time::Duration;

use tablecast_aws::StorageError;
use tablecast_protocol::{RetainedLog, MAX_SCANNED_EVENTS, Position, Unrecovered, with_position, recover};

use crate::event::LoggedEvent;
use crate::item::Item;
use crate::logs::Logs;
use crate::table::Range;

/// Bytes of the events that one client receives in one resume.
pub const MOST_REPLAYED_BYTES: usize = 8 * 1024 * 1024;

/// Bytes of the compressed items that one resume reads.
const MOST_READ_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of an item beside its events, roughly.
const ITEM_BYTES: usize = 200;

/// Items of one page. DynamoDB ends a page at 1 MB.
const PAGE: i32 = 1000;

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

/// The events that were selected from a log's items.
struct Selection {
    events: Result<Vec<LoggedEvent>, Unrecovered>,
    read: usize,
}

impl Selection {
    fn none(reason: Unrecovered) -> Self {
        Self { events: Err(reason), read: 0 }
    }
}

impl Logs {
    /// Returns the events that a client missed, for a client that reconnects.
    ///
    /// These are the `wanted` events (by their text) after the position, and those that were not delivered yet when
    /// the event at the position was appended. `most` limits their number.
    pub async fn resume(
        &self,
        pipe: &str,
        after: &str,
        keep: Duration,
        now: i64,
        most: usize,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Replay, StorageError> {
        let end = self.end(pipe, keep, now).await?;
        let after: Option<Position> = after.parse().ok();
        let reached = after.filter(|after| after.epoch == end.epoch && after.offset <= end.offset);
        let start = match reached {
            Some(after) => self.start(pipe, after, now).await?,
            None => Start::unknown(0),
        };
        let Selection { events, read } = match recover(after, RetainedLog { end, from: start.held_from }) {
            Err(reason) => Selection::none(reason),
            Ok(offset) => {
                let received = |at: u64| start.first <= at && at <= offset;
                let missed = |at: u64, text: &str| !received(at) && wanted(text);
                self.select(pipe, start.delivered_to.min(offset), end, most, missed).await?
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
        most: usize,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Replay, StorageError> {
        let end = self.end(pipe, keep, now).await?;
        let held = RetainedLog { end, from: after.offset };
        let Selection { events, read } = match recover(Some(after), held) {
            Err(reason) => Selection::none(reason),
            Ok(offset) => self.select(pipe, offset, end, most, |_, text| wanted(text)).await?,
        };
        Ok(Replay { end, events, read })
    }

    async fn start(&self, pipe: &str, after: Position, now: i64) -> Result<Start, StorageError> {
        let found = match self.find(pipe, after.offset).await? {
            // The origin may have expired before the first event.
            None if after.offset == 0 => self.find(pipe, 1).await?,
            found => found,
        };
        let found = found.filter(|item| item.epoch == after.epoch && item.end() >= after.offset);
        let kept = found.filter(|item| item.is_kept(now) && item.first() <= after.offset.max(1));
        Ok(kept.map_or(Start::unknown(after.offset), |item| Start {
            held_from: after.offset,
            delivered_to: item.delivered_to,
            first: item.first(),
        }))
    }

    /// Reads the items after the offset `from` up to the log's end, without a gap.
    async fn select(
        &self,
        pipe: &str,
        from: u64,
        end: Position,
        most: usize,
        wanted: impl Fn(u64, &str) -> bool,
    ) -> Result<Selection, StorageError> {
        if from >= end.offset {
            return Ok(Selection { events: Ok(Vec::new()), read: 0 });
        }
        let mut read = 0;
        let more = |item: &Item| {
            read += item.events.len() + ITEM_BYTES;
            item.end() < end.offset && item.end() - from <= 2 * MAX_SCANNED_EVENTS && read <= MOST_READ_BYTES
        };
        let items = self.read(pipe, Range::After(from), PAGE, more).await?;
        let events = match check(&items, from, end) {
            Ok(()) if read > MOST_READ_BYTES => Err(Unrecovered::TooMuch),
            Ok(()) => self.wanted_events(&items, end, most, wanted)?,
            Err(reason) => Err(reason),
        };
        Ok(Selection { events, read })
    }

    fn wanted_events(
        &self,
        items: &[Item],
        end: Position,
        most: usize,
        wanted: impl Fn(u64, &str) -> bool,
    ) -> Result<Result<Vec<LoggedEvent>, Unrecovered>, StorageError> {
        let (mut events, mut bytes) = (Vec::new(), 0);
        for item in items {
            let texts = item.events().map_err(|reason| self.unreadable(item, &reason))?;
            for (offset, text) in
                texts.filter(|(offset, text)| *offset <= end.offset && wanted(*offset, text))
            {
                bytes += text.len();
                if events.len() == most || bytes > MOST_REPLAYED_BYTES {
                    return Ok(Err(Unrecovered::TooMuch));
                }
                let position = Position { epoch: item.epoch, offset };
                events.push(LoggedEvent { position, text: with_position(&text, position) });
            }
        }
        Ok(Ok(events))
    }
}

/// What the log knows about a client's position.
struct Start {
    /// The same as in `RetainedLog`.
    held_from: u64,
    /// The offset up to which every event was delivered when the event at the position was appended.
    delivered_to: u64,
    /// The first offset of the item that holds the position.
    first: u64,
}

impl Start {
    fn unknown(offset: u64) -> Self {
        Self { held_from: u64::MAX, delivered_to: offset, first: 0 }
    }
}

/// Checks that the items reach from an offset to the end: all of one log, without a gap.
fn check(items: &[Item], from: u64, end: Position) -> Result<(), Unrecovered> {
    let mut next = from + 1;
    for item in items {
        if item.first() != next || item.epoch != end.epoch {
            return Err(Unrecovered::Trimmed);
        }
        next = item.end() + 1;
    }
    match next > end.offset {
        true => Ok(()),
        false if items.is_empty() => Err(Unrecovered::Trimmed),
        false => Err(Unrecovered::TooMuch),
    }
}
