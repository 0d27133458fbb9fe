use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Limits the records in a second.
#[derive(Debug)]
pub struct RateLimiter {
    rate: u32,
    next: Instant,
}

impl RateLimiter {
    pub fn new(rate: u32) -> Self {
        Self { rate: rate.max(1), next: Instant::now() }
    }

    /// Waits until these records may be sent. An idle time adds nothing.
    pub async fn wait(&mut self, records: usize) {
        sleep_until(self.next).await;
        self.next = Instant::now() + Duration::from_secs_f64(records as f64 / f64::from(self.rate));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_batch_waits_for_the_time_of_the_one_before() {
        let (start, mut limiter) = (Instant::now(), RateLimiter::new(100));
        for seconds in [0, 2, 3] {
            limiter.wait(if seconds == 0 { 200 } else { 100 }).await;
            assert_eq!(start.elapsed().as_secs(), seconds);
        }
    }
}
