/// The results of the inline pushes of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InlineCounts {
    /// Connections with a matching subscription.
    pub connections: usize,
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
    /// Connections that API Gateway does not let the function write to: a configuration error.
    pub refused: usize,
    /// Slow connections with events of many channels. They were deleted, and closed alone.
    pub cut_off: usize,
    /// Those of them that could not be closed.
    pub unclosed: usize,
    /// Connections that did not take all of their frames at once. `fanout` serves them.
    pub unserved: usize,
    /// Why one of them did not. None if it had just not answered.
    pub error: Option<String>,
}

impl InlineCounts {
    /// Adds the results of another push.
    pub fn add(&mut self, other: Self) {
        let Self { connections, delivered, too_large, gone, connecting, expired, refused, .. } = other;
        self.connections += connections;
        self.delivered += delivered;
        self.too_large += too_large;
        self.gone += gone;
        self.connecting += connecting;
        self.expired += expired;
        self.refused += refused;
        self.cut_off += other.cut_off;
        self.unclosed += other.unclosed;
        self.unserved += other.unserved;
        self.error = self.error.take().or(other.error);
    }
}
