use std::ops::Add;

use tablecast_sockets::Progress;

/// The results of the turns of a worker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events that API Gateway accepted.
    pub delivered: usize,
    /// Events over the size limit, replaced by notices.
    pub too_large: usize,
    /// Connections that had ended. They were deleted.
    pub gone: usize,
    /// Connections that may still be opening. They were kept.
    pub connecting: usize,
    /// Connections whose token had expired. They were closed and deleted.
    pub expired: usize,
    /// Connections that accepted no more frames. They were closed and deleted.
    pub closed: usize,
    /// Connections that API Gateway does not let the function write to: a configuration error.
    pub refused: usize,
    /// Connections that stalled for too long. They were closed, so that their clients reconnect.
    pub timed_out: usize,
    /// Connections that could not be closed.
    pub unclosed: usize,
}

impl From<&Progress> for Counts {
    fn from(progress: &Progress) -> Self {
        let Progress { delivered, too_large, .. } = *progress;
        Self { delivered, too_large, ..Self::default() }
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            delivered: self.delivered + other.delivered,
            too_large: self.too_large + other.too_large,
            gone: self.gone + other.gone,
            connecting: self.connecting + other.connecting,
            expired: self.expired + other.expired,
            closed: self.closed + other.closed,
            refused: self.refused + other.refused,
            timed_out: self.timed_out + other.timed_out,
            unclosed: self.unclosed + other.unclosed,
        }
    }
}
