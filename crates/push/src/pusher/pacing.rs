use std::mem;
use std::pin::{Pin, pin};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

/// Times that are remembered, so that a long-lived worker's memory is bounded.
const MAX_TIMES: usize = 2048;

/// How many connections are sent to at once, and how long a worker waits for those that stall.
#[derive(Debug, Clone, Copy)]
pub struct PacingLimits {
    /// Frames on their way at once, apart from those of stalled connections.
    pub connections: usize,
    /// Stalled connections that are waited for at once.
    pub stalled: usize,
    /// A frame that takes longer counts as stalled. It no longer keeps other connections waiting.
    pub stalled_after: Duration,
    /// How long one connection can be stalled in one call of `send`. Stalled connections are waited for together.
    pub max_stall: Duration,
}

impl PacingLimits {
    /// Deliveries that are begun at once.
    pub fn in_flight(&self) -> usize {
        self.connections + self.stalled
    }

    /// The longest time that one request can hold a call of `send`.
    pub fn request(&self) -> Duration {
        self.stalled_after + self.max_stall
    }
}

/// How long the frames of one connection have stalled in one call of `send`.
#[derive(Debug, Default)]
pub struct Stalled {
    time: Duration,
    has_sent: bool,
}

/// The pace of one worker.
pub struct Pacing {
    slots: Semaphore,
    limits: PacingLimits,
    /// How long the first frame of each connection took, in ascending order.
    first_frames: Mutex<Vec<Duration>>,
}

impl Pacing {
    pub fn new(limits: PacingLimits) -> Self {
        Self { slots: Semaphore::new(limits.connections), limits, first_frames: Mutex::default() }
    }

    /// Sends a frame, as soon as there is a slot. A frame that stalls gives its slot to another connection.
    /// None if the connection's frames stall for too long.
    ///
    /// If all frames are slow, a slow one does not stall: API Gateway or this function is busy.
    pub async fn run<T>(&self, stalled: &mut Stalled, frame: impl Future<Output = T>) -> Option<T> {
        // The semaphore is never closed.
        let slot = self.slots.acquire().await.ok()?;
        let (start, mut frame) = (Instant::now(), pin!(frame));
        let stalls = || start + self.stalled_after();
        let mut result = wait(frame.as_mut(), stalls).await;
        if result.is_none() {
            drop(slot);
            let before = stalled.time;
            result = wait(frame, || stalls() + self.max_stall().saturating_sub(before)).await;
            stalled.time += Instant::now().saturating_duration_since(stalls());
        }
        if result.is_some() && !mem::replace(&mut stalled.has_sent, true) {
            self.learn(start.elapsed());
        }
        result
    }

    fn stalled_after(&self) -> Duration {
        self.limits.stalled_after.max(self.usual() * 4)
    }

    fn max_stall(&self) -> Duration {
        let max_stall = self.limits.max_stall;
        max_stall.max(self.usual() * 8).min(max_stall * 3)
    }

    /// The time that a quarter of the connections needed less than. A few slow ones do not change it.
    fn usual(&self) -> Duration {
        let times = self.first_frames();
        times.get(times.len() / 4).copied().unwrap_or_default()
    }

    fn learn(&self, time: Duration) {
        let mut times = self.first_frames();
        if times.len() >= MAX_TIMES {
            // Every second one has the same distribution.
            *times = mem::take(&mut *times).into_iter().step_by(2).collect();
        }
        let at = times.partition_point(|other| *other < time);
        times.insert(at, time);
    }

    fn first_frames(&self) -> MutexGuard<'_, Vec<Duration>> {
        self.first_frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// None if the frame takes until then. The end can move meanwhile, as frames become slower.
async fn wait<T>(mut frame: Pin<&mut impl Future<Output = T>>, until: impl Fn() -> Instant) -> Option<T> {
    loop {
        if let Ok(result) = timeout_at(until(), frame.as_mut()).await {
            return Some(result);
        }
        if until() <= Instant::now() {
            return None;
        }
    }
}

#[cfg(test)]
mod tests;
