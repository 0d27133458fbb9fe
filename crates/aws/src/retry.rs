use std::time::Duration;

/// How long an attempt may take, and how often to retry.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// The time limit of one attempt.
    pub attempt_timeout: Duration,
    /// Attempts after the first.
    pub retries: u32,
    /// The wait before the first retry. It doubles with each retry.
    pub backoff: Duration,
}

impl RetryPolicy {
    /// The wait before a retry; the first is number 0. Between half and all of the backoff, so that requests
    /// that failed together do not retry together.
    pub fn wait(&self, retry: u32) -> Duration {
        let whole = self.backoff * 2_u32.saturating_pow(retry.min(8));
        whole.mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

/// A random part of a pause, so that writers that collided once do not collide again.
pub fn jitter(longest: Duration) -> Duration {
    longest.mul_f64(fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_with_each_retry_and_varies_by_half() {
        let backoff = Duration::from_millis(100);
        let policy = RetryPolicy { attempt_timeout: Duration::ZERO, retries: 3, backoff };
        for (retry, whole) in [(0, backoff), (1, 2 * backoff), (2, 4 * backoff), (u32::MAX, 256 * backoff)] {
            assert!((whole / 2..=whole).contains(&policy.wait(retry)), "{retry}");
        }
    }
}
