//! Spends read units no faster than the operator allows.

use std::sync::Mutex;

use tokio::time::{Duration, Instant, sleep_until};

pub struct Rate {
    units_per_second: f64,
    /// When all units that are spent so far are paid for.
    paid_at: Mutex<Instant>,
}

impl Rate {
    pub fn new(units_per_second: u32) -> Self {
        Self { units_per_second: units_per_second.into(), paid_at: Mutex::new(Instant::now()) }
    }

    pub fn units_per_second(&self) -> f64 {
        self.units_per_second
    }

    /// Waits until these units may be spent.
    pub async fn reserve(&self, units: f64) {
        let free_at = self.add(units);
        sleep_until(free_at).await;
    }

    /// Corrects a reservation, once the real number is known.
    pub fn correct(&self, reserved: f64, used: f64) {
        self.add(used - reserved);
    }

    /// Returns when the units before these are paid for.
    fn add(&self, units: f64) -> Instant {
        let time = Duration::from_secs_f64(units.abs() / self.units_per_second);
        let mut paid_at = self.paid_at.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let start = (*paid_at).max(Instant::now());
        *paid_at = if units < 0.0 { start.checked_sub(time).unwrap_or(start) } else { start + time };
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_wait_until_earlier_ones_are_paid_for() {
        let (start, rate) = (Instant::now(), Rate::new(100));
        rate.reserve(50.0).await;
        assert_eq!(start.elapsed(), Duration::ZERO, "the first one does not wait");
        rate.reserve(50.0).await;
        assert_eq!(start.elapsed().as_millis(), 500);
        rate.correct(50.0, 250.0);
        rate.reserve(1.0).await;
        assert_eq!(start.elapsed().as_secs(), 3, "a page that took more is paid for later");
        rate.correct(1.0, 0.5);
        rate.reserve(1.0).await;
        assert_eq!(start.elapsed().as_millis(), 3005);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_gives_no_right_to_a_burst() {
        let (start, rate) = (Instant::now(), Rate::new(10));
        tokio::time::sleep(Duration::from_secs(60)).await;
        rate.reserve(10.0).await;
        rate.reserve(10.0).await;
        assert_eq!(start.elapsed().as_secs(), 61);
    }
}
