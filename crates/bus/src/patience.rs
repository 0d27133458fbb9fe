use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// One request.
    pub request: Duration,
    /// Times that an entry is offered.
    pub rounds: u32,
    /// The wait before the first retry; it doubles with each.
    pub backoff: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { request: Duration::from_secs(3), rounds: 4, backoff: Duration::from_millis(100) }
    }
}
