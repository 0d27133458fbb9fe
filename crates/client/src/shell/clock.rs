use std::time::Duration;

use tokio::time::Instant;

/// The longest sleep: times that never come cannot be added to the clock.
const MAX_SLEEP: Duration = Duration::from_secs(24 * 60 * 60);

/// The time since the start of a client. It only grows: a change of the wall clock does not move it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    start: Instant,
}

impl Clock {
    pub fn start() -> Self {
        Self { start: Instant::now() }
    }

    pub fn now(self) -> Duration {
        self.start.elapsed()
    }

    /// When this time comes, or an earlier moment.
    pub fn instant(self, time: Duration) -> Instant {
        Instant::now() + time.saturating_sub(self.now()).min(MAX_SLEEP)
    }
}
