use std::time::Duration;

use tokio::time::Instant;

/// The longest sleep: times that never come cannot be added to the clock.
const MAX_SLEEP: Duration = Duration::from_secs(24 * 60 * 60);

/// The time since the start of a client. It only grows: a change of the wall clock does not move it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    start: Instant,
    /// How many times as fast the time passes.
    speed: u32,
}

impl Clock {
    pub fn start(speed: u32) -> Self {
        Self { start: Instant::now(), speed }
    }

    pub fn now(self) -> Duration {
        self.start.elapsed().saturating_mul(self.speed)
    }

    /// When this time comes, or an earlier moment.
    pub fn instant(self, time: Duration) -> Instant {
        Instant::now() + (time.saturating_sub(self.now()) / self.speed).min(MAX_SLEEP)
    }
}
