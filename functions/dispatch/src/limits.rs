use std::time::Duration;

use tablecast_aws::RetryPolicy;
use tablecast_sockets::SocketPolicy;

use tablecast_push::PacingLimits;

/// How many connections to push to at once, how long to wait for them, and how often to retry.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub pacing: PacingLimits,
    /// For all frames that one connection gets of one batch; as many retries to close it.
    pub sockets: SocketPolicy,
    pub bus: RetryPolicy,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pacing: PACING, sockets: SOCKETS, bus: tablecast_bus::RETRY_POLICY }
    }
}

/// A process of Lambda can open 1,024 files, and each request takes one.
const PACING: PacingLimits = PacingLimits {
    connections: 128,
    stalled: 384,
    stalled_after: Duration::from_millis(200),
    // With `stalled_after`, two seconds: enough for a second attempt.
    patience: Duration::from_millis(1800),
};

const SOCKETS: SocketPolicy = SocketPolicy {
    retry: RetryPolicy {
        attempt_timeout: Duration::from_secs(1),
        retries: 3,
        backoff: Duration::from_millis(100),
    },
    connecting: Duration::from_secs(29),
};
