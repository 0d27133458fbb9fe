use std::cell::Cell;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Posts that may be made at once after a pause.
const BURST: Duration = Duration::from_millis(50);

/// How often the rate is adapted to throttling.
const PERIOD: Duration = Duration::from_millis(500);

const LEAST: f64 = 1.0 / 64.0;
const DECREASE: f64 = 0.5;
const INCREASE: f64 = 0.05;

/// The rate of a worker's posts: its share, or a fraction of it while API Gateway throttles.
#[derive(Debug)]
pub struct Pacer {
    share: Cell<f64>,
    fraction: Cell<f64>,
    /// When the next post may be made, if others come before it.
    next: Cell<Instant>,
    posts: Cell<u32>,
    throttled: Cell<u32>,
    adapted_at: Cell<Instant>,
    /// All posts so far.
    total: Cell<u64>,
}

impl Pacer {
    pub fn new(share: u64) -> Self {
        let now = Instant::now();
        Self {
            share: Cell::new(share as f64),
            fraction: Cell::new(1.0),
            next: Cell::new(now),
            posts: Cell::default(),
            throttled: Cell::default(),
            adapted_at: Cell::new(now),
            total: Cell::default(),
        }
    }

    pub fn set_share(&self, share: u64) {
        self.share.set(share as f64);
    }

    /// Posts a second.
    pub fn rate(&self) -> f64 {
        (self.share.get() * self.fraction.get()).max(1.0)
    }

    pub fn total(&self) -> u64 {
        self.total.get()
    }

    /// Waits until a post may be made.
    pub async fn wait(&self) {
        let earliest = Instant::now().checked_sub(BURST).unwrap_or_else(Instant::now);
        let at = self.next.get().max(earliest);
        self.next.set(at + Duration::from_secs_f64(1.0 / self.rate()));
        self.total.set(self.total.get() + 1);
        if at > Instant::now() {
            sleep_until(at).await;
        }
    }

    /// Learns from the attempts of a turn. A few throttled attempts can be one connection's own fault.
    pub fn learn(&self, posts: u32, throttled: u32) {
        self.posts.set(self.posts.get() + posts.max(throttled));
        self.throttled.set(self.throttled.get() + throttled);
        if self.adapted_at.get().elapsed() < PERIOD {
            return;
        }
        let is_throttled = self.throttled.get() >= 10 && self.throttled.get() * 10 >= self.posts.get();
        let fraction = self.fraction.get();
        self.adapt(if is_throttled { fraction * DECREASE } else { fraction + INCREASE });
    }

    /// The account is throttled: no attempt of many connections was accepted. At most once in a period.
    pub fn slow_down(&self) {
        if self.adapted_at.get().elapsed() >= PERIOD {
            self.adapt(self.fraction.get() * DECREASE);
        }
    }

    fn adapt(&self, fraction: f64) {
        self.fraction.set(fraction.clamp(LEAST, 1.0));
        self.posts.set(0);
        self.throttled.set(0);
        self.adapted_at.set(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn posts_are_made_at_the_rate_of_the_share() {
        let pacer = Pacer::new(100);
        let start = Instant::now();
        for _ in 0..501 {
            pacer.wait().await;
        }
        let seconds = start.elapsed().as_secs_f64();
        assert!((4.8..5.2).contains(&seconds), "{seconds}");
        pacer.set_share(1000);
        for _ in 0..1000 {
            pacer.wait().await;
        }
        let seconds = start.elapsed().as_secs_f64() - seconds;
        assert!((0.9..1.2).contains(&seconds), "{seconds}");
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_halves_the_rate_and_it_returns_slowly() {
        let pacer = Pacer::new(100);
        tokio::time::sleep(PERIOD).await;
        pacer.learn(100, 50);
        assert_eq!(pacer.rate(), 50.0);
        for _ in 0..20 {
            tokio::time::sleep(PERIOD).await;
            pacer.learn(100, 0);
        }
        assert_eq!(pacer.rate(), 100.0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttled_account_halves_the_rate_once_in_a_period() {
        let pacer = Pacer::new(100);
        tokio::time::sleep(PERIOD).await;
        pacer.slow_down();
        pacer.slow_down();
        assert_eq!(pacer.rate(), 50.0);
        tokio::time::sleep(PERIOD).await;
        pacer.slow_down();
        assert_eq!(pacer.rate(), 25.0);
    }

    #[tokio::test(start_paused = true)]
    async fn one_connection_that_is_throttled_does_not_slow_the_others() {
        let pacer = Pacer::new(100);
        for _ in 0..20 {
            tokio::time::sleep(PERIOD).await;
            pacer.learn(100, 4);
        }
        assert_eq!(pacer.rate(), 100.0);
    }
}
