//! A clock that tests can advance.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;
use tokio::time::Instant;

/// 100 years. The limit prevents overflows in sums of times.
const MAX_AHEAD: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// The real time plus all advances. Clones show the same time.
#[derive(Debug, Clone)]
pub struct Clock {
    ahead: Arc<watch::Sender<Duration>>,
}

impl Clock {
    /// Creates a clock that shows the real time.
    pub fn new() -> Self {
        Self { ahead: Arc::new(watch::Sender::new(Duration::ZERO)) }
    }

    /// A monotonic time for durations.
    pub fn now(&self) -> Instant {
        Instant::now() + *self.ahead.borrow()
    }

    /// Milliseconds since 1970.
    pub fn epoch_millis(&self) -> u64 {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = (real + *self.ahead.borrow()).as_millis();
        u64::try_from(millis).unwrap_or(u64::MAX)
    }

    /// Advances the time, and wakes the sleepers whose deadline has passed.
    pub fn advance(&self, by: Duration) {
        self.ahead.send_modify(|ahead| *ahead = ahead.saturating_add(by).min(MAX_AHEAD));
    }

    /// Returns when this clock shows `deadline`, as time passes or after [`Clock::advance`].
    pub async fn sleep_until(&self, deadline: Instant) {
        // Before the time is read, so that no advance is missed.
        let mut advanced = self.ahead.subscribe();
        loop {
            let left = deadline.saturating_duration_since(self.now());
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                _ = advanced.changed() => {}
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
mod tests;
