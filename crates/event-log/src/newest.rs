//! The newest changes of a log, as a writer knows them. They show without a read that an event is in order.

use std::collections::{HashMap, VecDeque};

use crate::change::Change;
use crate::timing::{is_overtaken, plausible};

#[derive(Debug, Default)]
pub(crate) struct Newest {
    now: i64,
    /// The time of the newest event of those that were appended a while ago, in milliseconds.
    settled: Option<i64>,
    /// The times of newer events, and when they were appended. Both grow.
    recent: VecDeque<RecentTime>,
    /// The latest changes that were appended recently, by pipe and subject.
    changes: HashMap<String, Latest>,
}

#[derive(Debug, Clone, Copy)]
struct RecentTime {
    time: i64,
    at: i64,
}

#[derive(Debug)]
struct Latest {
    change: Change<'static>,
    appended_at: i64,
}

impl Newest {
    /// Nothing was read of earlier items: events up to this time may have been appended long ago.
    pub fn up_to(time: i64) -> Self {
        Self { settled: Some(time), ..Self::default() }
    }

    /// The time of the newest event.
    pub fn time(&self) -> Option<i64> {
        self.recent.back().map(|newest| newest.time).or(self.settled)
    }

    /// Adds an item whose newest event, or an earlier one, has this time.
    pub fn add(&mut self, time: i64, appended_at: i64) {
        if self.time().is_none_or(|newest| newest < time) {
            self.recent.push_back(RecentTime { time, at: appended_at });
        }
    }

    /// Adds a change of a recent item.
    pub fn add_change(&mut self, pipe: &str, change: Change<'_>, appended_at: i64) {
        let key = key(pipe, &change);
        if self.changes.get(&key).is_none_or(|known| known.change.sequence < change.sequence) {
            self.changes.insert(key, Latest { change: change.into_owned(), appended_at });
        }
    }

    /// Forgets what is no longer recent.
    pub fn prune(&mut self, now: i64) {
        self.now = now;
        while let Some(oldest) = self.recent.pop_front_if(|recent| is_overtaken(recent.at, now)) {
            self.settled = Some(oldest.time);
        }
        self.changes.retain(|_, latest| !is_overtaken(latest.appended_at, now));
    }

    /// Returns whether the log may have a later change of the subject. Never for a change that is young when it
    /// arrives: the shards of a stream do not agree about the order of these, if a subject is about several items.
    pub fn may_have_later(&self, pipe: &str, change: &Change<'_>) -> bool {
        is_overtaken(change.time, self.now)
            && (self.is_before_settled(change.time) || self.has_later(pipe, change))
    }

    fn has_later(&self, pipe: &str, change: &Change<'_>) -> bool {
        let latest = self.changes.get(&key(pipe, change));
        latest.is_some_and(|latest| change.is_before(&latest.change))
    }

    /// Returns whether newer events may have been appended long ago. If not, `has_later` knows each that is later.
    fn is_before_settled(&self, time: i64) -> bool {
        self.settled.is_some_and(|settled| time <= settled)
    }

    /// How much memory it takes, in events.
    pub fn weight(&self) -> usize {
        self.recent.len() + self.changes.len()
    }
}

/// A time that no clock can have shown counts as now: all later events would be older.
pub(crate) fn newest_of(times: impl Iterator<Item = i64>, now: i64) -> Option<i64> {
    times.map(|time| plausible(time, now)).max()
}

/// No name of a pipe has a space.
fn key(pipe: &str, change: &Change<'_>) -> String {
    format!("{pipe} {}", change.subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;
    const SECOND: i64 = 1000;

    fn at(seconds: i64) -> i64 {
        NOW + seconds * SECOND
    }

    fn change(sequence: &'static str, seconds: i64) -> Change<'static> {
        Change { subject: "orders/1".into(), sequence: sequence.into(), time: at(seconds) }
    }

    #[test]
    fn an_event_is_overtaken_if_a_newer_one_was_appended_long_ago() {
        let mut newest = Newest::default();
        newest.add(at(0), at(1));
        newest.add(at(20), at(21));
        for (now, time, expected) in
            [(21, 0, true), (21, 1, false), (31, 20, false), (32, 20, true), (32, 21, false)]
        {
            newest.prune(at(now));
            assert_eq!(newest.is_before_settled(at(time)), expected, "{time} at {now}");
        }
        assert_eq!(newest.time(), Some(at(20)));
    }

    #[test]
    fn an_older_item_does_not_change_the_newest_time() {
        let mut newest = Newest::default();
        newest.add(at(20), at(21));
        newest.add(at(5), at(60));
        newest.prune(at(61));
        assert_eq!((newest.time(), newest.is_before_settled(at(20))), (Some(at(20)), true));
    }

    #[test]
    fn events_in_order_are_not_overtaken_however_far_the_pipe_is_behind() {
        let mut newest = Newest::default();
        for second in 0..100 {
            newest.prune(at(3600 + second));
            assert!(
                !newest.is_before_settled(at(second)) && !newest.is_before_settled(at(second - 5))
                    || second < 5
            );
            newest.add(at(second), at(3600 + second));
        }
        assert!(newest.recent.len() < 20);
    }

    #[test]
    fn a_recent_change_shows_what_is_older() {
        let mut newest = Newest::default();
        newest.prune(at(100));
        for (sequence, seconds) in [("3", 3), ("7", 7), ("5", 5)] {
            newest.add_change("orders", change(sequence, seconds), at(100));
        }
        let may_have_later = |newest: &Newest, pipe, change| newest.may_have_later(pipe, &change);
        assert!(may_have_later(&newest, "orders", change("6", 6)));
        assert!(!may_have_later(&newest, "orders", change("7", 7)));
        assert!(!may_have_later(&newest, "lines", change("6", 6)));
        newest.prune(at(111));
        assert!(!may_have_later(&newest, "orders", change("6", 6)));
        assert_eq!(newest.weight(), 0);
    }

    /// Two items can share a subject, and each can be in another shard.
    #[test]
    fn a_change_that_arrives_at_once_is_never_overtaken() {
        let (mut known, mut unread) = (Newest::default(), Newest::up_to(at(7)));
        known.add_change("orders", change("7", 7), at(8));
        for (now, expected) in [(17, false), (18, true)] {
            for newest in [&mut known, &mut unread] {
                newest.prune(at(now));
                assert_eq!(newest.may_have_later("orders", &change("6", 7)), expected, "{now}");
            }
        }
    }

    #[test]
    fn a_time_from_the_future_counts_as_now() {
        assert_eq!(newest_of([1, i64::MAX].into_iter(), NOW), Some(NOW));
        assert_eq!(newest_of([].into_iter(), NOW), None);
    }
}
