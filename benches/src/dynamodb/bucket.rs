use std::time::Duration;

use tokio::time::Instant;

/// Units that a partition key saves up.
const BURST: Duration = Duration::from_millis(100);

/// A token bucket.
#[derive(Debug)]
pub struct Bucket {
    units_a_second: f64,
    most: f64,
    units: f64,
    at: Instant,
}

impl Bucket {
    /// A full bucket of a partition key.
    pub fn new(units_a_second: u32) -> Self {
        Self::with_burst(units_a_second, BURST)
    }

    /// A full bucket that saves up the units of this time.
    pub fn with_burst(units_a_second: u32, burst: Duration) -> Self {
        let units_a_second = f64::from(units_a_second);
        let most = units_a_second * burst.as_secs_f64();
        Self { units_a_second, most, units: most, at: Instant::now() }
    }

    /// Returns false if the bucket is empty. One that is not empty pays for a request of any size, with the
    /// units of the time after it.
    pub fn take(&mut self, units: u64) -> bool {
        let refilled = self.units + self.units_a_second * self.at.elapsed().as_secs_f64();
        self.units = refilled.min(self.most);
        self.at = Instant::now();
        let is_admitted = self.units > 0.0;
        self.units -= if is_admitted { units as f64 } else { 0.0 };
        is_admitted
    }
}
