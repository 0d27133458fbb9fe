use std::pin::pin;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

/// How many connections are sent to at once, and how long a batch waits for those that stall.
#[derive(Debug, Clone, Copy)]
pub struct PacingLimits {
    /// Frames on their way at once, apart from those of stalled connections.
    pub connections: usize,
    /// Stalled connections that are waited for at once.
    pub stalled: usize,
    /// A frame that takes longer counts as stalled. It no longer keeps other connections waiting.
    pub stalled_after: Duration,
    /// How long one connection can be stalled in one batch. Stalled connections are waited for together.
    pub patience: Duration,
}

impl PacingLimits {
    /// Deliveries that are begun at once.
    pub fn in_flight(&self) -> usize {
        self.connections + self.stalled
    }

    /// The longest time that one request can hold a batch.
    pub fn request(&self) -> Duration {
        self.stalled_after + self.patience
    }
}

/// The time for which a batch still waits for one connection that stalls.
#[derive(Debug)]
pub struct Patience(Duration);

impl Patience {
    pub fn of(limits: &PacingLimits) -> Self {
        Self(limits.patience)
    }
}

/// The pace of one batch.
pub struct Pacing {
    slots: Semaphore,
    stalled_after: Duration,
}

impl Pacing {
    pub fn new(limits: PacingLimits) -> Self {
        Self { slots: Semaphore::new(limits.connections), stalled_after: limits.stalled_after }
    }

    /// Sends a frame, as soon as there is a slot. A frame that stalls gives its slot to another connection.
    /// None if it takes longer than the connection's patience.
    pub async fn run<T>(&self, patience: &mut Patience, frame: impl Future<Output = T>) -> Option<T> {
        // The semaphore is never closed.
        let slot = self.slots.acquire().await.ok()?;
        let mut frame = pin!(frame);
        if let Ok(result) = timeout(self.stalled_after, &mut frame).await {
            return Some(result);
        }
        drop(slot);
        let stalled = Instant::now();
        let result = timeout(patience.0, frame).await.ok();
        patience.0 = patience.0.saturating_sub(stalled.elapsed());
        result
    }
}

#[cfg(test)]
mod tests;
