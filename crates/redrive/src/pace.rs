use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Limits the records in a second.
#[derive(Debug)]
pub struct Pace {
    rate: u32,
    next: Instant,
}

impl Pace {
    pub fn new(rate: u32) -> Self {
        Self { rate: rate.max(1), next: Instant::now() }
    }

    /// Waits until these records may go. An idle time is not made up for.
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
        let (start, mut pace) = (Instant::now(), Pace::new(100));
        for seconds in [0, 2, 3] {
            pace.wait(if seconds == 0 { 200 } else { 100 }).await;
            assert_eq!(start.elapsed().as_secs(), seconds);
        }
    }
}
