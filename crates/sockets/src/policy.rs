use std::time::Duration;

use tablecast_aws::RetryPolicy;

use crate::Outcome;
use crate::failure::Cause;

/// How often to retry, and how to treat connections that are still opening.
#[derive(Debug, Clone, Copy)]
pub struct SocketPolicy {
    /// The limits of posts, and those of closing a connection.
    pub retry: RetryPolicy,
    /// The age up to which a 410 does not prove that a connection is gone. API Gateway responds with 410 until
    /// `$connect` has returned, and lets an integration, here `$connect`, run for 29 s.
    pub connecting: Duration,
}

impl SocketPolicy {
    /// The wait before the next attempt, or none if the result is final. `retries` counts those so far.
    ///
    /// A 410 is final, also that of a connection that is still opening: its client is not promised events of
    /// changes before it receives the 101.
    pub(crate) fn retry_after(&self, cause: Cause, retries: u32) -> Option<Duration> {
        match cause {
            Cause::Status(429 | 500..) | Cause::NoResponse | Cause::NoConnection => {
                (retries < self.retry.retries).then(|| self.retry.wait(retries))
            }
            Cause::Status(_) => None,
        }
    }

    /// The result of an attempt that failed. `age` is the connection's.
    pub(crate) fn outcome(&self, cause: Cause, age: Duration) -> Outcome {
        match cause {
            Cause::Status(410) if age < self.connecting => Outcome::Connecting,
            Cause::Status(410) => Outcome::Gone,
            Cause::Status(413) => Outcome::TooLarge,
            Cause::Status(429) | Cause::NoResponse => Outcome::Unreachable,
            Cause::Status(500..) | Cause::NoConnection => Outcome::Unavailable,
            Cause::Status(_) => Outcome::Refused,
        }
    }
}

#[cfg(test)]
mod tests;
