use std::time::Duration;

use super::timing::NEVER;

/// Half of the messages at once that the server allows: docs/reference/limits.md.
const BURST: u32 = 50;

/// The time between two messages after the burst.
const INTERVAL: Duration = Duration::from_millis(200);

/// Limits the messages of a connection, so that what waits shares one message.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// A message waits.
    pub is_waiting: bool,
    /// When the whole burst is allowed again.
    rested_at: Duration,
}

impl Pace {
    /// When the message that waits may be sent.
    pub fn wake_at(&self) -> Duration {
        if self.is_waiting { self.allowed_at() } else { NEVER }
    }

    /// When the next message may be sent.
    pub fn allowed_at(&self) -> Duration {
        self.rested_at.saturating_sub((BURST - 1) * INTERVAL)
    }

    pub fn sent(&mut self, now: Duration) {
        self.rested_at = self.rested_at.max(now).saturating_add(INTERVAL);
    }

    /// Returns whether the next message must wait. Then it waits.
    pub fn must_wait(&mut self, now: Duration) -> bool {
        self.is_waiting = now < self.allowed_at();
        self.is_waiting
    }
}
