//! How fast a writer appends to a channel that has several writers.
//!
//! Each writer waits before an attempt. A failure lengthens its wait, and a success shortens it, so the wait grows
//! with the number of writers. A writer that goes on at once does not wait, because failed writes cost as much
//! as others.

use std::time::Duration;

use lru::LruCache;
use tablecast_aws::jitter;
use tokio::time::Instant;

/// The first wait, and the shortest: about the time of one write.
const SHORTEST: Duration = Duration::from_millis(4);

const LONGEST: Duration = Duration::from_millis(4000);

/// A conflict, a throttled write and a success multiply the wait by these numbers. Throttling shows far more writers than
/// one conflict does.
const CONFLICT: f64 = 2.0;
const REFUSED: f64 = 16.0;
const SUCCESS: f64 = 0.8;

/// A writer that goes on within this time after a success is probably still the first.
const TURN: Duration = Duration::from_millis(20);

/// After this time, the other writers may be gone.
const FORGOTTEN: Duration = Duration::from_secs(30);

/// Channels with several writers whose paces a process remembers.
const MAX_CHANNELS: usize = 10_000;

/// A writer's mean wait before an attempt. Zero while no other writer was first.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pace {
    wait: Duration,
    succeeded_at: Option<Instant>,
}

/// The paces of channels that have several writers, by source.
#[derive(Debug)]
pub(crate) struct Paces(LruCache<String, (Pace, Instant)>);

impl Pace {
    /// Another writer was first.
    pub fn conflicted(&mut self) {
        self.lengthen(CONFLICT);
    }

    /// DynamoDB did not accept the write, most probably because the channel's partition has too many.
    pub fn refused(&mut self) {
        self.lengthen(REFUSED);
    }

    pub fn succeeded(&mut self) {
        let shorter = self.wait.mul_f64(SUCCESS);
        self.wait = if shorter < SHORTEST { Duration::ZERO } else { shorter };
        self.succeeded_at = Some(Instant::now());
    }

    fn lengthen(&mut self, factor: f64) {
        self.wait = self.wait.max(SHORTEST).mul_f64(factor).min(LONGEST);
        self.succeeded_at = None;
    }

    /// The wait before the next attempt. Random, so that writers do not collide again.
    pub fn wait(self) -> Option<Duration> {
        let has_turn = self.succeeded_at.is_some_and(|then| then.elapsed() <= TURN);
        (!self.wait.is_zero() && !has_turn).then(|| jitter(self.wait * 2))
    }
}

impl Default for Paces {
    fn default() -> Self {
        Self(LruCache::unbounded())
    }
}

impl Paces {
    pub fn of(&mut self, source: &str) -> Pace {
        let known = self.0.get(source).filter(|(_, since)| since.elapsed() < FORGOTTEN);
        known.map_or_else(Pace::default, |(pace, _)| *pace)
    }

    pub fn set(&mut self, source: &str, pace: Pace) {
        match pace.wait.is_zero() {
            true => drop(self.0.pop(source)),
            false => drop(self.0.put(source.to_owned(), (pace, Instant::now()))),
        }
        while self.0.len() > MAX_CHANNELS {
            self.0.pop_lru();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_writer_never_waits() {
        let mut pace = Pace::default();
        pace.succeeded();
        assert_eq!(pace.wait(), None);
    }

    #[test]
    fn throttling_lengthens_the_wait_more_than_a_conflict() {
        let (mut conflicted, mut throttled) = (Pace::default(), Pace::default());
        conflicted.conflicted();
        throttled.refused();
        assert!(throttled.wait > 4 * conflicted.wait);
    }

    #[test]
    fn failures_lengthen_the_wait_up_to_a_limit_and_successes_end_it() {
        let mut pace = Pace::default();
        for _ in 0..20 {
            pace.conflicted();
        }
        assert_eq!(pace.wait, LONGEST);
        for _ in 0..20 {
            pace.succeeded();
        }
        assert_eq!(pace.wait(), None);
    }
}
