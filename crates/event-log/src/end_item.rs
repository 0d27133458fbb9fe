//! The item that keeps a channel's end, longer than the channel's events.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::beginning::Beginning;
use crate::condition::Condition;
use crate::damage::DamagedItem;
use crate::fields::{Fields, text};
use crate::key::{END, MAX_OFFSET};

/// How long an end is kept after the last append.
const LIFE: Duration = Duration::from_secs(400 * 24 * 3600);

/// An end is kept at least so many times as long as its events.
const LIFE_IN_KEEPS: u32 = 10;

/// The condition that no later end is recorded.
const LATER: &str =
    "attribute_not_exists(pk) OR end_offset < :end OR (end_offset = :end AND epoch <= :epoch)";

/// The end of a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EndItem {
    pub pk: String,
    pub sk: String,
    #[serde(flatten)]
    pub beginning: Beginning,
    /// The last offset that was given to an event, or the origin.
    pub end_offset: u64,
    /// Every event up to this offset was delivered when the end was recorded.
    pub delivered_to: u64,
    /// Seconds since the epoch.
    pub expires_at: i64,
    /// By pipe, until when its directory names the channel: seconds since the epoch.
    #[serde(default)]
    pub listed: BTreeMap<String, i64>,
}

impl EndItem {
    pub fn new(source: &str, beginning: Beginning, end_offset: u64, keep: Duration, now: i64) -> Self {
        let expires_at = expires_at(now, keep);
        Self {
            pk: source.to_owned(),
            sk: END.to_owned(),
            beginning,
            end_offset,
            delivered_to: end_offset,
            expires_at,
            listed: BTreeMap::new(),
        }
    }

    pub fn read(fields: Fields) -> Result<Self, DamagedItem> {
        let (pk, sk) = (text(&fields, "pk"), text(&fields, "sk"));
        let item: Result<Self, _> = tablecast_aws::from_item(fields);
        let item = item.map_err(|error| error.to_string()).and_then(Self::checked);
        item.map_err(|reason| DamagedItem { pk, sk, reason })
    }

    /// The condition that no later end is recorded.
    pub fn is_latest(&self) -> Condition {
        Condition::new(LATER).text(":epoch", self.beginning.epoch.to_string()).number(":end", self.end_offset)
    }

    fn checked(self) -> Result<Self, String> {
        let Self { beginning, end_offset, delivered_to, .. } = &self;
        match beginning.origin <= *end_offset && delivered_to <= end_offset && *end_offset < MAX_OFFSET {
            true => Ok(self),
            false => Err(format!("its end_offset is {end_offset}")),
        }
    }
}

/// When an end expires that is written now (milliseconds), in seconds since the epoch.
pub(crate) fn expires_at(now: i64, keep: Duration) -> i64 {
    let life = LIFE.max(keep * LIFE_IN_KEEPS);
    now / 1000 + i64::try_from(life.as_secs()).unwrap_or(i64::MAX / 2)
}

/// Returns whether a channel that had no event at a time cannot have had one that is forgotten.
pub(crate) fn is_remembered(then: i64, now: i64) -> bool {
    let day = 24 * 3600 * 1000;
    now.saturating_sub(then) < i64::try_from(LIFE.as_millis()).unwrap_or(i64::MAX) - day
}

#[cfg(test)]
mod tests {
    use tablecast_protocol::Epoch;

    use super::*;

    const DAY: u64 = 24 * 3600;

    #[test]
    fn an_end_that_contradicts_itself_is_damaged() {
        let is_sound = |origin, end_offset, delivered_to| {
            let beginning = Beginning { epoch: Epoch(7), origin, continues: None };
            let end = EndItem::new("tablecast/orders", beginning, end_offset, Duration::ZERO, 0);
            EndItem { delivered_to, ..end }.checked().is_ok()
        };
        assert!(is_sound(3, 3, 3) && is_sound(3, 5, 4) && is_sound(0, MAX_OFFSET - 1, 0));
        assert!(!is_sound(4, 3, 3) && !is_sound(3, 5, 6) && !is_sound(0, MAX_OFFSET, 0));
    }

    #[test]
    fn an_end_is_kept_for_400_days_or_ten_times_as_long_as_its_events() {
        for (keep, expected) in [(1, 400), (40, 400), (41, 410), (365, 3650)] {
            let life = i64::try_from(expected * DAY).unwrap();
            assert_eq!(expires_at(5_000, Duration::from_secs(keep * DAY)), 5 + life, "{keep}");
        }
    }

    #[test]
    fn a_channel_without_events_is_remembered_for_399_days() {
        let days = |number: i64| number * 24 * 3600 * 1000;
        assert!(is_remembered(0, days(399) - 1) && !is_remembered(0, days(399)));
    }
}
