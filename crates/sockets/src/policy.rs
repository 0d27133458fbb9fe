use std::time::Duration;

use tablecast_aws::RetryPolicy;

use crate::Outcome;

/// How often to retry, and how to treat connections that are still opening.
#[derive(Debug, Clone, Copy)]
pub struct SocketPolicy {
    /// The limits of posts, and those of closing a connection.
    pub retry: RetryPolicy,
    /// The age up to which a 410 is retried. API Gateway responds with 410 until `$connect` has returned.
    pub retry_gone_for: Duration,
    /// The age up to which a 410 does not prove that a connection is gone. API Gateway lets an integration,
    /// here `$connect`, run for 29 s.
    pub connecting: Duration,
}

impl SocketPolicy {
    /// The wait before the next attempt, or none if the result is final.
    ///
    /// `status` is none if there was no response. `age` is the connection's. `retries` counts those so far.
    pub(crate) fn retry_after(&self, status: Option<u16>, age: Duration, retries: u32) -> Option<Duration> {
        if retries >= self.retry.retries {
            return None;
        }
        match status {
            Some(410) if age < self.retry_gone_for => Some(self.retry_gone_for / self.retry.retries),
            None | Some(429 | 500..) => Some(self.retry.wait(retries)),
            Some(_) => None,
        }
    }

    pub(crate) fn outcome(&self, status: Option<u16>, age: Duration) -> Outcome {
        match status {
            Some(200..=299) => Outcome::Delivered,
            Some(410) if age < self.connecting => Outcome::Connecting,
            Some(410) => Outcome::Gone,
            Some(413) => Outcome::TooLarge,
            None | Some(429 | 500..) => Outcome::Unreachable,
            Some(_) => Outcome::Refused,
        }
    }
}

#[cfg(test)]
mod tests;
