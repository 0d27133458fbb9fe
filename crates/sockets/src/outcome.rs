/// The result of a frame, or of closing a connection, after all retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// API Gateway accepted the frame, or closed the connection.
    Delivered,
    /// The connection has ended.
    Gone,
    /// API Gateway does not know the connection, but its `$connect` may still be running.
    Connecting,
    /// The frame is larger than API Gateway accepts.
    TooLarge,
    /// API Gateway throttled the connection, or did not respond in time.
    Unreachable,
    /// API Gateway failed, or could not be reached. The connection is not the cause.
    Unavailable,
    /// The function lacks permission, or API Gateway does not understand the request. The connection is not
    /// the cause.
    Refused,
}

impl Outcome {
    /// Returns whether other connections probably have the same outcome, whatever their clients do.
    pub fn is_outage(self) -> bool {
        matches!(self, Self::Refused | Self::Unavailable)
    }
}

/// The progress of a delivery. It stays valid when a time limit cancels the delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Events that API Gateway accepted.
    pub delivered: usize,
    /// Events that a notice replaced.
    pub too_large: usize,
    /// Attempts after the first. The policy limits them for all frames together.
    pub retries: u32,
    /// Attempts that API Gateway throttled (429).
    pub throttled: u32,
    /// Why the last attempt failed: the status and the SDK's text. None if it succeeded.
    pub error: Option<String>,
    /// The outcome that the last attempt would have if it were not retried. None if it succeeded.
    pub failure: Option<Outcome>,
}
