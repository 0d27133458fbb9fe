//! Selects the wanted events of a range of a log.

use tablecast_aws::StorageError;
use tablecast_protocol::{MAX_SCANNED_EVENTS, Position, Unrecovered, with_position};

use crate::damage::DamagedItem;
use crate::event::LoggedEvent;
use crate::item::{Item, ItemResult};
use crate::logs::Logs;
use crate::table::Range;

/// Bytes of the events that one client receives in one resume.
pub const MAX_REPLAYED_BYTES: usize = 8 * 1024 * 1024;

/// Bytes of the compressed items that one resume reads.
const MAX_READ_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of an item beside its events, roughly.
const ITEM_BYTES: usize = 200;

/// Items of one page. DynamoDB ends a page at 1 MB.
const PAGE: i32 = 1000;

/// The events that were selected from a log's items.
pub(crate) struct Selection {
    pub events: Result<Vec<LoggedEvent>, Unrecovered>,
    /// Bytes of the items that were read.
    pub read: usize,
}

impl Selection {
    pub fn none(reason: Unrecovered) -> Self {
        Self { events: Err(reason), read: 0 }
    }

    /// A damaged item is a gap, as an expired one is.
    fn damaged(read: usize) -> Self {
        Self { events: Err(Unrecovered::Trimmed), read }
    }
}

impl Logs {
    /// Reads the items after the offset `from` up to the log's last position, without a gap.
    pub(crate) async fn select(
        &self,
        source: &str,
        from: u64,
        last: Position,
        limit: usize,
        wanted: impl Fn(u64, &str) -> bool,
    ) -> Result<Selection, StorageError> {
        if from >= last.offset {
            return Ok(Selection { events: Ok(Vec::new()), read: 0 });
        }
        let mut read = 0;
        let more = |found: &ItemResult| {
            let Ok(item) = found else { return false };
            read += item.stored_bytes() + ITEM_BYTES;
            item.last_offset() < last.offset
                && item.last_offset() - from <= 2 * MAX_SCANNED_EVENTS
                && read <= MAX_READ_BYTES
        };
        let found = self.read_events(source, Range::After(from), PAGE, more).await?;
        let Ok(items) = found.into_iter().collect::<Result<Vec<Item>, DamagedItem>>() else {
            return Ok(Selection::damaged(read));
        };
        let events = match check(&items, from, last) {
            Ok(()) if read > MAX_READ_BYTES => Err(Unrecovered::TooMuch),
            Ok(()) => match wanted_events(&items, last, limit, wanted) {
                Ok(events) => events,
                Err(damaged) => {
                    self.report(&damaged);
                    return Ok(Selection::damaged(read));
                }
            },
            Err(reason) => Err(reason),
        };
        Ok(Selection { events, read })
    }
}

fn wanted_events(
    items: &[Item],
    last: Position,
    limit: usize,
    wanted: impl Fn(u64, &str) -> bool,
) -> Result<Result<Vec<LoggedEvent>, Unrecovered>, DamagedItem> {
    let (mut events, mut bytes) = (Vec::new(), 0);
    for item in items {
        let is_wanted = |(offset, text): &(u64, String)| *offset <= last.offset && wanted(*offset, text);
        for (offset, text) in item.events()?.filter(is_wanted) {
            bytes += text.len();
            if events.len() == limit || bytes > MAX_REPLAYED_BYTES {
                return Ok(Err(Unrecovered::TooMuch));
            }
            let position = item.position(offset);
            events.push(LoggedEvent { position, text: with_position(&text, position) });
        }
    }
    Ok(Ok(events))
}

/// Checks that the items reach from an offset to the last position: all of one log, without a gap.
fn check(items: &[Item], from: u64, last: Position) -> Result<(), Unrecovered> {
    let mut next = from + 1;
    for item in items {
        if item.first_offset() != next || item.beginning.epoch != last.epoch {
            return Err(Unrecovered::Trimmed);
        }
        next = item.last_offset() + 1;
    }
    match next > last.offset {
        true => Ok(()),
        false if items.is_empty() => Err(Unrecovered::Trimmed),
        false => Err(Unrecovered::TooMuch),
    }
}
