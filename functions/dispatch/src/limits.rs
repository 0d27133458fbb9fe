use std::time::Duration;

use tablecast_aws::RetryPolicy;
use tablecast_push::InlineLimits;
use tablecast_sockets::SocketPolicy;

/// How long a batch is pushed, and what is left to `fanout`.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub inline: InlineLimits,
    /// Without retries: `fanout` does them.
    pub sockets: SocketPolicy,
    pub bus: RetryPolicy,
    /// More connections of one channel in one batch are a large audience.
    pub large_audience: usize,
}

/// The longest push of a batch.
const PUSH_BUDGET: Duration = Duration::from_secs(1);

const STRAGGLER_AFTER: Duration = Duration::from_millis(100);

const LARGE_AUDIENCE: usize = 500;

impl Default for Limits {
    fn default() -> Self {
        Self {
            inline: INLINE,
            sockets: SOCKETS,
            bus: tablecast_bus::RETRY_POLICY,
            large_audience: LARGE_AUDIENCE,
        }
    }
}

/// A process of Lambda can open 1,024 files, and each request takes one.
const INLINE: InlineLimits =
    InlineLimits { budget: PUSH_BUDGET, posts: 128, stragglers: 384, straggler_after: STRAGGLER_AFTER };

const SOCKETS: SocketPolicy = SocketPolicy {
    retry: RetryPolicy { attempt_timeout: PUSH_BUDGET, retries: 0, backoff: Duration::ZERO },
    connecting: Duration::from_secs(29),
};
