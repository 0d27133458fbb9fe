use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::{Notify, Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

use super::InlineLimits;
use super::usual::Usual;

/// The pace of one push.
pub struct Pace<'u> {
    usual: &'u Usual,
    slots: Semaphore,
    stragglers: Semaphore,
    /// Connections that the push waits for: they are neither done nor stragglers.
    awaited: AtomicUsize,
    changed: Notify,
}

/// Posts the frames of one connection, one after the other.
pub struct Poster<'p> {
    pace: &'p Pace<'p>,
    /// Some if the connection is a straggler.
    straggler: Option<SemaphorePermit<'p>>,
    has_posted: bool,
    is_slow: Option<&'p AtomicBool>,
}

impl<'u> Pace<'u> {
    pub fn new(limits: InlineLimits, usual: &'u Usual, connections: usize) -> Self {
        Self {
            usual,
            slots: Semaphore::new(limits.posts),
            stragglers: Semaphore::new(limits.stragglers),
            awaited: AtomicUsize::new(connections),
            changed: Notify::new(),
        }
    }

    /// Each connection has one poster.
    pub fn poster(&self) -> Poster<'_> {
        Poster { pace: self, straggler: None, has_posted: false, is_slow: None }
    }

    pub async fn only_stragglers_are_left(&self) {
        while self.awaited.load(Ordering::Relaxed) > 0 {
            self.changed.notified().await;
        }
    }

    fn stop_waiting(&self) {
        if self.awaited.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.changed.notify_one();
        }
    }

    /// None if the post takes longer than usual. The limit can move meanwhile, as posts become slower.
    async fn in_time<T>(&self, start: Instant, mut post: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        loop {
            if let Ok(result) = timeout_at(start + self.usual.limit(), post.as_mut()).await {
                return Some(result);
            }
            if start.elapsed() >= self.usual.limit() {
                return None;
            }
        }
    }
}

impl<'p> Poster<'p> {
    /// Sets the mark while a post takes longer than usual.
    pub fn set_marking(&mut self, is_slow: &'p AtomicBool) {
        self.is_slow = Some(is_slow);
    }

    fn mark(&self, is_slow: bool) {
        if let Some(mark) = self.is_slow {
            mark.store(is_slow, Ordering::Relaxed);
        }
    }

    /// Posts as soon as there is a slot. A straggler needs none, and takes none from others. Returns None if there
    /// are too many stragglers already.
    pub async fn post<T>(&mut self, post: impl Future<Output = T>) -> Option<T> {
        if self.straggler.is_some() {
            return Some(self.slowly(post).await);
        }
        // The semaphore is never closed.
        let slot = self.pace.slots.acquire().await.ok()?;
        let (start, mut post) = (Instant::now(), pin!(post));
        let result = self.pace.in_time(start, post.as_mut()).await;
        if !std::mem::replace(&mut self.has_posted, true) {
            self.pace.usual.learn(start.elapsed());
        }
        if result.is_some() {
            return result;
        }
        drop(slot);
        self.mark(true);
        self.straggler = Some(self.pace.stragglers.try_acquire().ok()?);
        self.pace.stop_waiting();
        Some(self.slowly(post).await)
    }

    /// The mark stays if the post is given up.
    async fn slowly<T>(&self, post: impl Future<Output = T>) -> T {
        self.mark(true);
        let result = post.await;
        self.mark(false);
        result
    }
}

impl Drop for Poster<'_> {
    fn drop(&mut self) {
        if self.straggler.is_none() {
            self.pace.stop_waiting();
        }
    }
}

#[cfg(test)]
mod tests;
