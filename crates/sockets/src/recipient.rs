use std::time::Duration;

use tablecast_aws::now_in_milliseconds;
use tablecast_protocol::Protocol;

/// A connection that frames go to.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'c> {
    pub id: &'c str,
    pub protocol: Protocol,
    /// Milliseconds since the epoch, by API Gateway's clock.
    pub connected_at: i64,
}

impl Recipient<'_> {
    /// Zero if API Gateway's clock is ahead.
    pub(crate) fn age(&self) -> Duration {
        let age = now_in_milliseconds() - self.connected_at;
        Duration::from_millis(age.try_into().unwrap_or_default())
    }
}
