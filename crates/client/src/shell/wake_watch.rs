use std::time::{Duration, Instant, SystemTime};

/// Interval in which the clocks are compared.
const COMPARE_EVERY: Duration = Duration::from_secs(5);

/// A timer that fires so much later than planned shows that the machine slept.
const MAX_LATE: Duration = Duration::from_secs(5);

/// Compares the clocks. In sleep, some systems stop the monotonic clock and its timers. The wall clock goes on.
#[derive(Debug)]
pub(super) struct WakeWatch {
    /// The clocks of the system, which no test moves.
    since: (Instant, SystemTime),
    due: tokio::time::Instant,
}

impl WakeWatch {
    pub fn start() -> Self {
        let due = tokio::time::Instant::now() + COMPARE_EVERY;
        Self { since: (Instant::now(), SystemTime::now()), due }
    }

    /// When to call `slept`.
    pub fn due(&self) -> tokio::time::Instant {
        self.due
    }

    /// Returns whether the machine slept.
    pub fn slept(&mut self) -> bool {
        let (monotonic, wall) = self.since;
        *self = Self::start();
        has_slept(self.since.0 - monotonic, self.since.1.duration_since(wall).unwrap_or_default())
    }
}

fn has_slept(monotonic: Duration, wall: Duration) -> bool {
    monotonic.max(wall) > COMPARE_EVERY + MAX_LATE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_clock_that_jumps_ahead_shows_a_sleep() {
        let seconds = Duration::from_secs;
        assert!(has_slept(seconds(5), seconds(3600)) && has_slept(seconds(11), seconds(0)));
        assert!(!has_slept(seconds(5), seconds(0)) && !has_slept(seconds(9), seconds(9)));
    }
}
