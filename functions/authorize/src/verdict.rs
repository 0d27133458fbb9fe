//! The decision about a client, as metrics. docs/reference/metrics.md describes them.

use lambda_runtime::Diagnostic;
use tablecast_protocol::ConnectionRefusal;
use tablecast_telemetry::Metrics;

use crate::decision::Decision;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Admitted,
    /// Also if the connection opens for the reason.
    Refused(ConnectionRefusal),
    /// The token could not be verified.
    Unavailable,
}

/// The response to API Gateway, and the verdict behind it.
#[derive(Debug)]
pub struct Answer {
    pub verdict: Verdict,
    pub response: Result<Decision, Diagnostic>,
}

impl Verdict {
    pub fn metrics(self) -> Metrics {
        let refusal = if let Self::Refused(reason) = self { Some(reason) } else { None };
        Metrics::of_function("authorize", "client checked")
            .count("Admitted", usize::from(self == Self::Admitted))
            .count("Unavailable", usize::from(self == Self::Unavailable))
            .refused(refusal)
    }
}
