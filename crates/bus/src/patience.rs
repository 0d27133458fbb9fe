use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// One request.
    pub request: Duration,
    /// Times that an entry is offered.
    pub rounds: u32,
    /// The wait before the first retry; it doubles with each.
    pub backoff: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { request: Duration::from_secs(3), rounds: 4, backoff: Duration::from_millis(100) }
    }
}

/// Between a half and the whole of the doubled wait, so that those who failed together do not return together.
pub fn wait(backoff: Duration, retry: u32) -> Duration {
    let whole = backoff * 2_u32.saturating_pow(retry.min(8));
    whole.mul_f64(0.5 + fastrand::f64() / 2.0)
}
