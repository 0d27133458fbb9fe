use std::time::Duration;

/// How long to wait, and how often to try again.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections served at once.
    pub connections: usize,
    /// One attempt to post one frame. The SDK has no limit of its own: a hung post would hang for ever.
    pub post: Duration,
    /// One request to the bus.
    pub put: Duration,
    /// Attempts beyond the first, for all frames that one connection gets of one batch; as many to close it.
    pub retries: u32,
    /// How long a new connection's 410 is waited out: API Gateway answers it until `$connect` has returned.
    pub settling: Duration,
    /// API Gateway: an integration, here `$connect`, may take 29 s. Until then a 410 is no proof that a
    /// connection is gone.
    pub connecting: Duration,
    /// Times that a batch's entries are offered to the bus.
    pub rounds: u32,
    /// The wait before the first retry; it doubles with each.
    pub backoff: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 128,
            post: Duration::from_secs(1),
            put: Duration::from_secs(3),
            retries: 3,
            settling: Duration::from_secs(2),
            connecting: Duration::from_secs(29),
            rounds: 4,
            backoff: Duration::from_millis(100),
        }
    }
}

impl Limits {
    /// Between a half and the whole of the doubled wait, so that those who failed together do not return together.
    pub fn wait(&self, retry: u32) -> Duration {
        let whole = self.backoff * 2_u32.saturating_pow(retry.min(8));
        whole.mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}
