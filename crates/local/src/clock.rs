//! Time that tests can move forward.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;
use tokio::time::Instant;

/// How far ahead a clock may be, so that no sum of times overflows: 100 years.
const FARTHEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// Real time plus what it was advanced by. Clones show the same time.
#[derive(Debug, Clone)]
pub struct Clock {
    ahead: Arc<watch::Sender<Duration>>,
}

impl Clock {
    /// A clock that shows real time.
    pub fn new() -> Self {
        Self { ahead: Arc::new(watch::Sender::new(Duration::ZERO)) }
    }

    /// A moment to measure durations from; it never goes back.
    pub fn now(&self) -> Instant {
        Instant::now() + *self.ahead.borrow()
    }

    /// Milliseconds since 1970.
    pub fn epoch_millis(&self) -> u64 {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = (real + *self.ahead.borrow()).as_millis();
        u64::try_from(millis).unwrap_or(u64::MAX)
    }

    /// Moves the time forward and wakes every sleeper whose time has come.
    pub fn advance(&self, by: Duration) {
        self.ahead.send_modify(|ahead| *ahead = ahead.saturating_add(by).min(FARTHEST));
    }

    /// Returns once this clock shows `deadline`, by the passing of time or by [`Clock::advance`].
    pub async fn sleep_until(&self, deadline: Instant) {
        // Subscribed before the time is read, so that no advance is missed in between.
        let mut moved = self.ahead.subscribe();
        loop {
            let left = deadline.saturating_duration_since(self.now());
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                _ = moved.changed() => {}
            }
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn is_pending(future: std::pin::Pin<&mut impl Future<Output = ()>>) -> bool {
        future.poll(&mut Context::from_waker(Waker::noop())) == Poll::Pending
    }

    #[test]
    fn clones_show_the_same_time() {
        let clock = Clock::new();
        let before = (clock.now(), clock.epoch_millis());
        clock.clone().advance(HOUR);
        assert!(clock.now() - before.0 >= HOUR);
        assert!(clock.epoch_millis() - before.1 >= 3_600_000);
    }

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_advanced_past_its_deadline() {
        let clock = Clock::new();
        let mut asleep = pin!(clock.sleep_until(clock.now() + HOUR));
        assert!(is_pending(asleep.as_mut()));
        clock.advance(HOUR - Duration::from_secs(60));
        assert!(is_pending(asleep.as_mut()));
        clock.advance(Duration::from_secs(60));
        asleep.await;
    }

    #[tokio::test]
    async fn a_sleeper_wakes_by_the_passing_of_time() {
        let clock = Clock::new();
        clock.sleep_until(clock.now() + Duration::from_millis(5)).await;
    }

    #[test]
    fn no_advance_overflows() {
        let clock = Clock::new();
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert!(clock.now() + HOUR > clock.now());
    }
}
