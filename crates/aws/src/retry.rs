use std::time::Duration;

use tokio::time::sleep;

/// Afterwards, a backoff does not grow.
const DOUBLINGS: u32 = 8;

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
    /// The wait before a retry; the first is number 0.
    pub fn wait(&self, retry: u32) -> Duration {
        spread(backoff(self.backoff, retry))
    }
}

/// The backoff of a retry; the first is number 0. It doubles with each retry.
pub fn backoff(first: Duration, retry: u32) -> Duration {
    first * 2_u32.pow(retry.min(DOUBLINGS))
}

/// Waits before an attempt for at most its backoff. The first attempt is number 0, and has no pause.
pub async fn pause(attempt: u32, first: Duration) {
    if let Some(retry) = attempt.checked_sub(1) {
        sleep(jitter(backoff(first, retry))).await;
    }
}

/// Between half and all of a pause, so that requests that failed together do not retry together.
pub fn spread(longest: Duration) -> Duration {
    longest / 2 + jitter(longest / 2)
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

    #[tokio::test(start_paused = true)]
    async fn a_pause_is_at_most_the_backoff_and_the_first_attempt_has_none() {
        let first = Duration::from_secs(1);
        for (attempt, longest) in [(0, Duration::ZERO), (1, first), (2, 2 * first), (4, 8 * first)] {
            let started = tokio::time::Instant::now();
            pause(attempt, first).await;
            // The clock of tokio has milliseconds.
            assert!(started.elapsed() <= longest + Duration::from_millis(1), "{attempt}");
        }
    }
}
