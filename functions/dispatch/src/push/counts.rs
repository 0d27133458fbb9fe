use std::ops::Add;

use tablecast_sockets::Progress;

/// What became of a batch's deliveries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections that were to get something.
    pub connections: usize,
    /// Events that API Gateway took.
    pub delivered: usize,
    /// Attempts beyond the first.
    pub retried: usize,
    /// Events over the size limit, in the place of which a small one was sent that names them.
    pub too_large: usize,
    /// Connections that had ended: forgotten.
    pub gone: usize,
    /// Connections that may not be up yet: left alone.
    pub connecting: usize,
    /// Connections whose token had expired: closed and forgotten.
    pub expired: usize,
    /// Connections too slow or not reachable: closed and forgotten.
    pub closed: usize,
    /// Connections that API Gateway does not let us write to: a mistake in the set-up.
    pub refused: usize,
    /// Connections not served before the deadline: closed, to come back.
    pub late: usize,
    /// Connections that were to be closed and are not known to be: not forgotten.
    pub left: usize,
}

impl From<Progress> for Counts {
    fn from(progress: Progress) -> Self {
        let Progress { delivered, too_large, retries } = progress;
        Self { delivered, too_large, retried: retries as usize, ..Self::default() }
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            connections: self.connections + other.connections,
            delivered: self.delivered + other.delivered,
            retried: self.retried + other.retried,
            too_large: self.too_large + other.too_large,
            gone: self.gone + other.gone,
            connecting: self.connecting + other.connecting,
            expired: self.expired + other.expired,
            closed: self.closed + other.closed,
            refused: self.refused + other.refused,
            late: self.late + other.late,
            left: self.left + other.left,
        }
    }
}
