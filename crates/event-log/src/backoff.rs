//! How long a writer waits before an attempt, where a channel has several writers.
//!
//! Each of them waits a random time: on average, as long as the other writers need for one attempt each. So they rarely
//! collide, and each appends as often as the others. A failed write costs as much as a successful one. Frequent failures
//! show that the channel has more writers than this one knows, and it waits longer.

use std::collections::HashMap;
use std::time::Duration;

use tablecast_aws::jitter;

use crate::batch::WriterId;

/// About the time of one attempt: to read what others appended, and to write.
const ATTEMPT: Duration = Duration::from_millis(10);

/// The longest mean wait.
const LONGEST: Duration = Duration::from_millis(4000);

/// After this time without an item, in milliseconds, a writer counts as gone.
const GONE_AFTER: i64 = 5_000;

/// A conflict and a success multiply the wait by these numbers, within limits. So one conflict for each success does
/// not change it.
const CONFLICT: f64 = 1.1;
const SUCCESS: f64 = 1.0 / CONFLICT;
const MAX_FACTOR: f64 = 16.0;

/// The other writers of a channel, and the waits for them.
#[derive(Debug, Clone)]
pub(crate) struct WriterBackoff {
    /// When each appended the last item that was read, in milliseconds since the epoch.
    others: HashMap<WriterId, i64>,
    /// Multiplies the wait. At least 1.
    factor: f64,
}

impl Default for WriterBackoff {
    fn default() -> Self {
        Self { others: HashMap::new(), factor: 1.0 }
    }
}

impl WriterBackoff {
    /// Adds an item of another writer.
    pub fn add(&mut self, writer: WriterId, appended_at: i64) {
        let last = self.others.entry(writer).or_insert(appended_at);
        *last = appended_at.max(*last);
    }

    /// Adds what is known from earlier.
    pub fn extend(&mut self, earlier: &Self) {
        earlier.others.iter().for_each(|(writer, appended_at)| self.add(*writer, *appended_at));
        self.factor = earlier.factor;
    }

    /// Forgets the writers that are gone, and the own items among those that a new reader found.
    pub fn prune(&mut self, own: WriterId, now: i64) {
        self.others.retain(|writer, appended_at| *writer != own && is_there(*appended_at, now));
    }

    /// Adapts the wait after an attempt. `is_first` is false if another writer was first.
    pub fn adapt(&mut self, is_first: bool) {
        let factor = self.factor * if is_first { SUCCESS } else { CONFLICT };
        self.factor = factor.clamp(1.0, MAX_FACTOR);
    }

    /// The wait before an attempt. None if no other writer is there. After a conflict, one is.
    pub fn wait(&self, conflicts: u32, now: i64) -> Option<Duration> {
        let known = self.others.values().filter(|appended_at| is_there(**appended_at, now)).count();
        let others = known.max(usize::from(conflicts > 0));
        (others > 0).then(|| jitter(self.mean_wait(others) * 2))
    }

    fn mean_wait(&self, others: usize) -> Duration {
        ATTEMPT.mul_f64(others as f64 * self.factor).min(LONGEST)
    }
}

fn is_there(appended_at: i64, now: i64) -> bool {
    now.saturating_sub(appended_at) <= GONE_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    /// A backoff that knows this many other writers.
    fn of(others: usize) -> WriterBackoff {
        let mut backoff = WriterBackoff::default();
        (0..others).for_each(|_| backoff.add(WriterId::new(), NOW));
        backoff
    }

    #[test]
    fn a_single_writer_waits_only_after_a_conflict() {
        assert_eq!(of(0).wait(0, NOW), None);
        assert!(of(0).wait(1, NOW).is_some_and(|wait| wait <= 2 * ATTEMPT));
    }

    #[test]
    fn the_mean_wait_is_an_attempt_of_each_other_writer_up_to_a_limit() {
        assert_eq!(of(0).mean_wait(9), 9 * ATTEMPT);
        assert_eq!(of(0).mean_wait(10_000), LONGEST);
        let waits = (0..1000).map(|_| of(9).wait(0, NOW).unwrap());
        assert!(waits.clone().all(|wait| wait <= 18 * ATTEMPT));
        assert!(waits.max() > Some(12 * ATTEMPT));
    }

    #[test]
    fn a_writer_whose_items_end_is_forgotten() {
        let mut backoff = of(1);
        assert!(backoff.wait(0, NOW + GONE_AFTER).is_some());
        assert_eq!(backoff.wait(0, NOW + GONE_AFTER + 1), None);
        backoff.prune(WriterId::new(), NOW + GONE_AFTER + 1);
        assert!(backoff.others.is_empty());
    }

    #[test]
    fn an_earlier_item_does_not_make_a_writer_seem_gone() {
        let (writer, mut backoff) = (WriterId::new(), of(0));
        backoff.add(writer, NOW);
        backoff.add(writer, NOW - 2 * GONE_AFTER);
        assert!(backoff.wait(0, NOW).is_some());
    }

    #[test]
    fn what_is_known_from_earlier_stays() {
        let (mut earlier, mut backoff) = (of(2), of(1));
        earlier.adapt(false);
        backoff.extend(&earlier);
        assert_eq!((backoff.others.len(), backoff.factor), (3, CONFLICT));
    }

    #[test]
    fn a_writer_does_not_wait_for_itself() {
        let (own, mut backoff) = (WriterId::new(), of(1));
        backoff.add(own, NOW);
        backoff.prune(own, NOW);
        assert_eq!(backoff.others.len(), 1);
    }

    #[test]
    fn frequent_conflicts_lengthen_the_wait_and_successes_shorten_it() {
        let mut backoff = of(1);
        (0..10).for_each(|_| backoff.adapt(false));
        let longer = backoff.mean_wait(1);
        assert!(longer > 2 * ATTEMPT && longer < 3 * ATTEMPT, "{longer:?}");
        (0..11).for_each(|_| backoff.adapt(true));
        assert_eq!(backoff.mean_wait(1), ATTEMPT);
        (0..1000).for_each(|_| backoff.adapt(false));
        assert_eq!(backoff.mean_wait(1), 16 * ATTEMPT);
    }
}
