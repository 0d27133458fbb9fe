use std::time::Duration;

use tablecast_bus::Patience;

/// How long to wait, and how often to try again.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections served at once.
    pub connections: usize,
    /// One attempt to post one frame. The SDK has no limit of its own: a hung post would hang for ever.
    pub post: Duration,
    /// Attempts beyond the first, for all frames that one connection gets of one batch; as many to close it.
    pub retries: u32,
    /// How long a new connection's 410 is waited out: API Gateway answers it until `$connect` has returned.
    pub settling: Duration,
    /// API Gateway: an integration, here `$connect`, may take 29 s. Until then a 410 is no proof that a
    /// connection is gone.
    pub connecting: Duration,
    /// The wait before the first retry of a post; it doubles with each.
    pub backoff: Duration,
    pub bus: Patience,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 128,
            post: Duration::from_secs(1),
            retries: 3,
            settling: Duration::from_secs(2),
            connecting: Duration::from_secs(29),
            backoff: Duration::from_millis(100),
            bus: Patience::default(),
        }
    }
}
