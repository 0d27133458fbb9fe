use std::time::Duration;

use tablecast_protocol::{Held, MOST_PASSED, Position, Unrecovered, place, recover};

use crate::item::Item;
use crate::table::Range;
use crate::{Logs, StorageError};

/// Bytes of the events that are replayed to one client at once.
pub const MOST_REPLAYED_BYTES: usize = 8 * 1024 * 1024;

/// Bytes of the items that are looked through, as they are kept: compressed.
const MOST_READ_BYTES: usize = 16 * 1024 * 1024;

/// Of an item beside its events, about.
const ITEM_BYTES: usize = 200;

/// Items read at once, or what DynamoDB reads in one call: 1 MB.
const PAGE: i32 = 1000;

/// An event of the log, as everyone gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub position: Position,
    pub text: String,
}

/// What came after a position.
#[derive(Debug)]
pub struct Replay {
    /// Of the log, when it was looked at.
    pub end: Position,
    /// In order, up to the end; or why they cannot be told.
    pub events: Result<Vec<Placed>, Unrecovered>,
    /// Bytes of the items that were looked through.
    pub read: usize,
}

/// What was found of a log's items.
struct Found {
    events: Result<Vec<Placed>, Unrecovered>,
    read: usize,
}

impl Found {
    fn nothing(why: Unrecovered) -> Self {
        Self { events: Err(why), read: 0 }
    }
}

impl Logs {
    /// For a client that comes back: what is `wanted` (by its text) of all that came after the position, and of what
    /// was still on its way when the event at that position was appended. `most`: events at once.
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
        let place = match reached {
            Some(after) => self.look(pipe, after, now).await?,
            None => Place::unknown(0),
        };
        let Found { events, read } = match recover(after, Held { end, from: place.from }) {
            Err(reason) => Found::nothing(reason),
            Ok(offset) => {
                let had = |at: u64| place.first <= at && at <= offset;
                self.between(pipe, place.settled.min(offset), end, most, |at, text| !had(at) && wanted(text))
                    .await?
            }
        };
        Ok(Replay { end, events, read })
    }

    /// For a client that is there: what is `wanted` of all that came after the position.
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
        let held = Held { end, from: after.offset };
        let Found { events, read } = match recover(Some(after), held) {
            Err(reason) => Found::nothing(reason),
            Ok(offset) => self.between(pipe, offset, end, most, |_, text| wanted(text)).await?,
        };
        Ok(Replay { end, events, read })
    }

    async fn look(&self, pipe: &str, after: Position, now: i64) -> Result<Place, StorageError> {
        let found = match self.find(pipe, after.offset).await? {
            // The origin may be gone while the first event is still there.
            None if after.offset == 0 => self.find(pipe, 1).await?,
            found => found,
        };
        let found = found.filter(|item| item.epoch == after.epoch && item.end() >= after.offset);
        let kept = found.filter(|item| item.is_kept(now) && item.first() <= after.offset.max(1));
        Ok(kept.map_or(Place::unknown(after.offset), |item| Place {
            from: after.offset,
            settled: item.settled,
            first: item.first(),
        }))
    }

    /// Items from the one after an item's end to the log's end, without a hole.
    async fn between(
        &self,
        pipe: &str,
        from: u64,
        end: Position,
        most: usize,
        wanted: impl Fn(u64, &str) -> bool,
    ) -> Result<Found, StorageError> {
        if from >= end.offset {
            return Ok(Found { events: Ok(Vec::new()), read: 0 });
        }
        let mut read = 0;
        let few = |item: &Item| {
            read += item.events.len() + ITEM_BYTES;
            item.end() < end.offset && item.end() - from <= 2 * MOST_PASSED && read <= MOST_READ_BYTES
        };
        let items = self.read(pipe, Range::OnAfter(from), PAGE, few).await?;
        let events = match check(&items, from, end) {
            Ok(()) if read > MOST_READ_BYTES => Err(Unrecovered::TooMuch),
            Ok(()) => self.chosen(&items, end, most, wanted)?,
            Err(reason) => Err(reason),
        };
        Ok(Found { events, read })
    }

    fn chosen(
        &self,
        items: &[Item],
        end: Position,
        most: usize,
        wanted: impl Fn(u64, &str) -> bool,
    ) -> Result<Result<Vec<Placed>, Unrecovered>, StorageError> {
        let (mut chosen, mut bytes) = (Vec::new(), 0);
        for item in items {
            let events = item.events().map_err(|reason| self.unreadable(item, &reason))?;
            for (offset, text) in
                events.filter(|(offset, text)| *offset <= end.offset && wanted(*offset, text))
            {
                bytes += text.len();
                if chosen.len() == most || bytes > MOST_REPLAYED_BYTES {
                    return Ok(Err(Unrecovered::TooMuch));
                }
                let position = Position { epoch: item.epoch, offset };
                chosen.push(Placed { position, text: place(&text, position) });
            }
        }
        Ok(Ok(chosen))
    }
}

/// A client's position, as the log knows it.
struct Place {
    /// As in `Held`.
    from: u64,
    /// Up to where everything was settled when the event there was appended.
    settled: u64,
    /// The first offset of the item that it is in.
    first: u64,
}

impl Place {
    fn unknown(offset: u64) -> Self {
        Self { from: u64::MAX, settled: offset, first: 0 }
    }
}

/// Whether the items reach from there to the end: all of one log, one after the other.
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
