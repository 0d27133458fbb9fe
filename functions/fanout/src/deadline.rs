use std::time::Duration;

use tokio::time::Instant;

/// When an invocation must end, so that Lambda does not stop it.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    /// Nothing begins after this.
    pub stop: Instant,
    /// Every request ends by then.
    pub end: Instant,
}

const STOPPING: Duration = Duration::from_secs(15);
const RESPONDING: Duration = Duration::from_secs(1);

impl Deadline {
    /// `remaining` is the time until Lambda stops the function.
    pub fn after(remaining: Duration) -> Self {
        // More than any timeout of Lambda, and no overflow.
        let (now, remaining) = (Instant::now(), remaining.min(Duration::from_secs(3600)));
        Self {
            stop: now + remaining - STOPPING.min(remaining / 3),
            end: now + remaining - RESPONDING.min(remaining / 10),
        }
    }
}
