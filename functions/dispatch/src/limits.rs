use std::time::Duration;

use tablecast_aws::RetryPolicy;
use tablecast_sockets::SocketPolicy;

/// How many connections to push to at once, and how often to retry.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections that are pushed to at once.
    pub connections: usize,
    /// For all frames that one connection gets of one batch; as many retries to close it.
    pub sockets: SocketPolicy,
    pub bus: RetryPolicy,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 128, sockets: SOCKETS, bus: tablecast_bus::RETRY_POLICY }
    }
}

const SOCKETS: SocketPolicy = SocketPolicy {
    retry: RetryPolicy {
        attempt_timeout: Duration::from_secs(1),
        retries: 3,
        backoff: Duration::from_millis(100),
    },
    retry_gone_for: Duration::from_secs(2),
    connecting: Duration::from_secs(29),
};
