use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

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
    /// The usual time of a frame, in microseconds: recent frames count more.
    usual: AtomicU64,
}

impl Pacing {
    pub fn new(limits: PacingLimits) -> Self {
        let slots = Semaphore::new(limits.connections);
        Self { slots, stalled_after: limits.stalled_after, usual: AtomicU64::default() }
    }

    /// Sends a frame, as soon as there is a slot. A frame that stalls gives its slot to another connection.
    /// None if it takes longer than the connection's patience.
    ///
    /// If all frames are slow, a slow one does not stall: API Gateway or this function is busy.
    pub async fn run<T>(&self, patience: &mut Patience, frame: impl Future<Output = T>) -> Option<T> {
        // The semaphore is never closed.
        let slot = self.slots.acquire().await.ok()?;
        let (start, mut frame) = (Instant::now(), pin!(frame));
        let mut result = self.wait(frame.as_mut(), start, self.stalled_after, 4).await;
        if result.is_none() {
            drop(slot);
            let stalled = Instant::now();
            result = self.wait(frame, stalled, patience.0, 8).await;
            patience.0 = patience.0.saturating_sub(stalled.elapsed());
        }
        if result.is_some() {
            self.learn(start.elapsed());
        }
        result
    }

    /// Waits until `limit` after `since`, or so many times the usual time of a frame.
    async fn wait<T>(
        &self,
        mut frame: Pin<&mut impl Future<Output = T>>,
        since: Instant,
        limit: Duration,
        times: u32,
    ) -> Option<T> {
        loop {
            // Frames can become slower meanwhile.
            let until = since + limit.max(self.usual() * times);
            if let Ok(result) = timeout_at(until, frame.as_mut()).await {
                return Some(result);
            }
            if since + limit.max(self.usual() * times) <= Instant::now() {
                return None;
            }
        }
    }

    fn usual(&self) -> Duration {
        Duration::from_micros(self.usual.load(Ordering::Relaxed))
    }

    fn learn(&self, time: Duration) {
        let (before, time) = (self.usual().as_micros() as u64, time.as_micros() as u64);
        let usual = if before == 0 { time } else { (before * 7 + time) / 8 };
        self.usual.store(usual, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
