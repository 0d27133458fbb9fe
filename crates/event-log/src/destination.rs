use std::time::Duration;

/// Where and when events are appended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Destination<'a> {
    pub pipe: &'a str,
    /// The channel's source.
    pub source: &'a str,
    /// The time for which the pipe file keeps events.
    pub keep: Duration,
    /// Milliseconds since the epoch.
    pub now: i64,
}
