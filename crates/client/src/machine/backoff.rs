use std::time::Duration;

const FIRST_BOUND: Duration = Duration::from_millis(500);
const MAX_BOUND: Duration = Duration::from_secs(30);

/// Reconnect delays with full jitter: each is random between 0 and a bound that doubles. So clients that lost their
/// connections together do not reconnect together.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    attempts: u32,
}

impl Backoff {
    /// `fraction` is random between 0 and 1.
    pub fn next_delay(&mut self, fraction: f64) -> Duration {
        let bound = FIRST_BOUND.saturating_mul(2_u32.saturating_pow(self.attempts)).min(MAX_BOUND);
        self.attempts = self.attempts.saturating_add(1);
        bound.mul_f64(fraction)
    }

    pub fn reset(&mut self) {
        self.attempts = 0;
    }
}
