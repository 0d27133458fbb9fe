use tablecast_protocol::Incomplete;

/// Why the read of a subject ends.
pub enum ReadEnd {
    /// All its items were read.
    Complete,
    /// The message has read enough. The next one reads the rest.
    Page,
    Reason(Incomplete),
}

impl ReadEnd {
    pub const NOT_GRANTED: Self = Self::Reason(Incomplete::NotGranted);
}
