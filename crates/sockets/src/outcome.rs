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
    /// API Gateway throttled, failed or did not respond.
    Unreachable,
    /// The function lacks permission, or API Gateway does not understand the request.
    Refused,
}

/// The progress of a delivery. It stays valid when a time limit cancels the delivery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Events that API Gateway accepted.
    pub delivered: usize,
    /// Events that a notice replaced.
    pub too_large: usize,
    /// Attempts after the first. The policy limits them for all frames together.
    pub retries: u32,
}
