//! Refused connections as metrics of `authorize` and `connect`.

use tablecast_protocol::ConnectionRefusal;

use crate::Metrics;

impl Metrics {
    /// Counts `Refused`, and the reason in a metric of its own.
    pub fn refused(self, reason: Option<ConnectionRefusal>) -> Self {
        let metrics = self.count("Refused", usize::from(reason.is_some()));
        reason.into_iter().fold(metrics, |metrics, reason| metrics.count(metric(reason), 1))
    }
}

/// The name of the metric of a reason.
pub fn metric(reason: ConnectionRefusal) -> &'static str {
    match reason {
        ConnectionRefusal::TokenMissing => "TokenMissing",
        ConnectionRefusal::TokenExpired => "TokenExpired",
        ConnectionRefusal::TokenInvalid => "TokenInvalid",
        ConnectionRefusal::TokenTooLarge => "TokenTooLarge",
        ConnectionRefusal::OriginNotAllowed => "OriginNotAllowed",
        ConnectionRefusal::BadRequest => "BadRequest",
        ConnectionRefusal::NotGranted => "NotGranted",
    }
}
