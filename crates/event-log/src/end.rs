//! The end of a channel, as the table holds it. Pure.
//!
//! An item with events proves an end as long as it cannot have expired: later items expire later. After that, the
//! end item does: it is written once a batch is delivered, and before the pipe gets its response. Its epoch ends
//! then, and the next event begins another one, which continues it.

use tablecast_protocol::{Epoch, Position};

use crate::beginning::Beginning;
use crate::end_item::{EndItem, is_remembered};
use crate::fields::Fields;
use crate::item::{Item, ItemResult, MAX_COUNT};

/// Seconds by which clocks may differ here, those of DynamoDB's own TTL included.
const MARGIN_SECONDS: i64 = 60;

/// An append may begin an epoch so many milliseconds before it is visible.
const LONGEST_APPEND: i64 = 10 * 60 * 1000;

/// An epoch without events is used within this time, in milliseconds. No event of it can have expired then.
const UNUSED: i64 = 30 * 60 * 1000;

/// The items of the table that show a channel's end.
#[derive(Debug, Default)]
pub(crate) struct StoredEnd {
    /// The end item as it was read, also if it is damaged.
    pub fields: Option<Fields>,
    pub recorded: Option<EndItem>,
    /// The last item that has an offset.
    pub last: Option<ItemResult>,
}

/// The end of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The next event belongs to the same epoch.
    Open(Beginning, u64),
    /// All events may have expired. The next event begins an epoch that continues this one.
    Quiet(Quiet),
    /// An epoch that had no event for so long that one could have expired. The next event renews it.
    Unused(Beginning),
    /// Offsets up to this one may have been given. The next event begins an epoch that continues none.
    Lost(Epoch, u64),
    /// The channel has had no event.
    Absent,
}

/// The end of an epoch whose events may all have expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quiet {
    pub beginning: Beginning,
    pub last_offset: u64,
    /// Clients have all events up to this offset. If it is not the last, some may be lost.
    pub delivered_to: u64,
}

impl StoredEnd {
    pub fn decide(&self, now: i64) -> End {
        let recorded = self.recorded.as_ref();
        let place = recorded.map(|end| (end.end_offset, end.beginning.epoch));
        match &self.last {
            Some(Ok(last)) if Some((last.last_offset(), last.beginning.epoch)) >= place => {
                of_last(last, recorded, now)
            }
            Some(Err(damaged)) => {
                let first = damaged.first_offset().unwrap_or_default();
                match recorded {
                    Some(end) if end.end_offset >= first => End::Open(end.beginning, end.end_offset),
                    _ => {
                        End::Lost(place.map_or(Epoch(0), |(_, epoch)| epoch), first.saturating_add(MAX_COUNT))
                    }
                }
            }
            _ => recorded.map_or_else(|| self.of_nothing(), |end| of_recorded(end, now)),
        }
    }

    /// A damaged end item may be the end of a channel that had events.
    fn of_nothing(&self) -> End {
        if self.fields.is_some() { End::Lost(Epoch(0), MAX_COUNT) } else { End::Absent }
    }
}

/// The end after a readable item that nothing is known to follow.
fn of_last(last: &Item, recorded: Option<&EndItem>, now: i64) -> End {
    let (beginning, last_offset) = (last.beginning, last.last_offset());
    match (last.expires_at > now / 1000 + MARGIN_SECONDS, recorded) {
        (true, _) => End::Open(beginning, last_offset),
        (false, Some(recorded)) => {
            End::Quiet(Quiet { beginning, last_offset, delivered_to: recorded.delivered_to.min(last_offset) })
        }
        (false, None) => End::Lost(beginning.epoch, last_offset),
    }
}

/// The end that is recorded, where no item with events is left.
fn of_recorded(recorded: &EndItem, now: i64) -> End {
    let EndItem { beginning, end_offset: last_offset, delivered_to, .. } = *recorded;
    let is_unused = last_offset == beginning.origin;
    match is_unused && beginning.is_younger_than(UNUSED, now) {
        true => End::Open(beginning, last_offset),
        false if is_unused => End::Unused(beginning),
        false => End::Quiet(Quiet { beginning, last_offset, delivered_to }),
    }
}

impl End {
    /// The last position. That of a channel without events is the time at which it had none.
    pub fn position(&self, now: i64) -> Position {
        match *self {
            Self::Open(Beginning { epoch, .. }, offset) => Position { epoch, offset },
            Self::Quiet(Quiet { beginning: Beginning { epoch, .. }, last_offset: offset, .. }) => {
                Position { epoch, offset }
            }
            Self::Unused(beginning) => beginning.position(),
            Self::Lost(..) | Self::Absent => Beginning::first(now).position(),
        }
    }

    /// How the epoch began, if it is known.
    pub fn beginning(&self) -> Option<&Beginning> {
        match self {
            Self::Open(beginning, _) | Self::Unused(beginning) | Self::Quiet(Quiet { beginning, .. }) => {
                Some(beginning)
            }
            Self::Lost(..) | Self::Absent => None,
        }
    }

    /// The same place as a position, in the epoch of this end. The position itself if it is in no such place.
    pub fn resolve(&self, after: Position, now: i64) -> Position {
        match self.beginning() {
            Some(beginning) if beginning.follows(after) || is_before_first(beginning, after, now) => {
                beginning.position()
            }
            None if *self == Self::Absent && was_absent(after, now) => self.position(now),
            _ => after,
        }
    }

    /// The beginning of the epoch of the next event. None if that is an epoch that has begun.
    pub fn next_beginning(&self, now: i64) -> Option<Beginning> {
        match *self {
            Self::Open(..) => None,
            Self::Quiet(Quiet { beginning, last_offset, delivered_to }) if delivered_to == last_offset => {
                Some(Beginning::continuing(beginning.epoch, last_offset, now))
            }
            Self::Quiet(Quiet { beginning, last_offset, .. }) => {
                Some(Beginning::after(beginning.epoch, last_offset, now))
            }
            Self::Unused(beginning) => Some(beginning.renewed(now)),
            Self::Lost(earlier, last_offset) => Some(Beginning::after(earlier, last_offset, now)),
            Self::Absent => Some(Beginning::first(now)),
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

#[cfg(test)]
mod tests;
