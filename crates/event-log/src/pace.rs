//! How fast a writer appends to a channel that has several writers.
//!
//! Each writer waits before an attempt. A failure doubles its wait, and a success shortens it, so that about six
//! of ten attempts succeed, however many writers there are.

use std::time::Duration;

use tablecast_aws::jitter;

/// The first wait, and the shortest: about the time of one write.
const SHORTEST: Duration = Duration::from_millis(4);

const LONGEST: Duration = Duration::from_secs(2);

/// By which a success shortens the wait.
const SHORTER: f64 = 0.63;

/// A writer's mean wait before an attempt. Zero while no other writer was first.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pace(Duration);

impl Pace {
    pub fn failed(&mut self) {
        self.0 = (self.0.max(SHORTEST) * 2).min(LONGEST);
    }

    pub fn succeeded(&mut self) {
        let shorter = self.0.mul_f64(SHORTER);
        self.0 = if shorter < SHORTEST { Duration::ZERO } else { shorter };
    }

    /// The wait before the next attempt. Random, so that writers do not collide again.
    pub fn wait(self) -> Option<Duration> {
        (!self.0.is_zero()).then(|| jitter(self.0 * 2))
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
    fn failures_lengthen_the_wait_up_to_a_limit_and_successes_end_it() {
        let mut pace = Pace::default();
        for _ in 0..20 {
            pace.failed();
        }
        assert_eq!(pace.0, LONGEST);
        for _ in 0..20 {
            pace.succeeded();
        }
        assert_eq!(pace.wait(), None);
    }
}
