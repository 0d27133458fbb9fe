//! The newest change of a log, and when it came. It shows whether an event can be late without another read.

use serde::{Deserialize, Serialize};

use crate::timing::{is_overtaken, plausible};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Newest {
    /// The greatest `time` of all events, in milliseconds. Never less than in the item before.
    #[serde(rename = "newest")]
    pub time: i64,
    /// When the first event with this time was appended.
    #[serde(rename = "newest_at")]
    pub appended_at: i64,
}

impl Newest {
    /// An item of an earlier version does not have it: none of its events is newer than the item.
    pub fn at_most(appended_at: i64) -> Self {
        Self { time: appended_at, appended_at }
    }

    /// A time that no clock can have shown counts as now: all later events would be older.
    pub fn new(time: i64, appended_at: i64) -> Self {
        Self { time: plausible(time, appended_at), appended_at }
    }

    /// The same, if no clock can have shown it.
    pub fn plausible(self, now: i64) -> Self {
        Self { time: plausible(self.time, now), appended_at: plausible(self.appended_at, now) }
    }

    /// The newer one. Of equal ones the first.
    pub fn or_newer(self, other: Self) -> Self {
        if other.time > self.time { other } else { self }
    }

    /// Returns whether a change that is appended now came so much later after it was made than this one that
    /// shards of a stream do not explain it.
    pub fn has_overtaken(&self, time: i64, now: i64) -> bool {
        let lag = now.saturating_sub(time);
        let own = self.appended_at.saturating_sub(self.time);
        time <= self.time && is_overtaken(lag.saturating_sub(own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;
    const SECOND: i64 = 1000;

    #[test]
    fn an_event_is_overtaken_if_it_came_much_later_than_a_newer_one() {
        let newest = Newest::new(NOW - SECOND, NOW);
        for (time, now, expected) in [
            // Of the same second.
            (NOW - SECOND, NOW + SECOND, false),
            // Newer, however late it comes.
            (NOW, NOW + 3600 * SECOND, false),
            // Another shard of the stream is a little behind.
            (NOW - 5 * SECOND, NOW + SECOND, false),
            (NOW - 60 * SECOND, NOW + SECOND, true),
            // Nothing followed for an hour.
            (NOW - SECOND, NOW + 3600 * SECOND, true),
        ] {
            assert_eq!(newest.has_overtaken(time, now), expected, "{time} at {now}");
        }
    }

    #[test]
    fn events_in_order_are_not_overtaken_however_far_the_pipe_is_behind() {
        let hour = 3600 * SECOND;
        for second in 0..100 {
            let time = NOW + second * SECOND;
            let newest = Newest::new(time - SECOND, time + hour);
            assert!(
                !newest.has_overtaken(time, time + hour) && !newest.has_overtaken(time - SECOND, time + hour)
            );
        }
    }

    #[test]
    fn a_time_from_the_future_counts_as_now() {
        assert_eq!(Newest::new(i64::MAX, NOW), Newest { time: NOW, appended_at: NOW });
        assert_eq!(Newest { time: i64::MAX, appended_at: i64::MAX }.plausible(NOW), Newest::at_most(NOW));
    }
}
