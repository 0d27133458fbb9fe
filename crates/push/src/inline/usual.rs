use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Posts that are remembered.
const POSTS: usize = 64;

/// The usual time before anything is learned. The first posts of a process open their network connections.
const ASSUMED: Duration = Duration::from_millis(100);

/// How long the first post of a connection usually takes, over all batches of this process.
#[derive(Debug)]
pub struct Usual {
    straggler_after: Duration,
    times: Mutex<VecDeque<Duration>>,
}

impl Usual {
    pub fn new(straggler_after: Duration) -> Self {
        Self { straggler_after, times: Mutex::new([ASSUMED; POSTS].into()) }
    }

    /// A post that takes longer makes its connection a straggler.
    pub fn limit(&self) -> Duration {
        self.straggler_after.max(self.time() * 4)
    }

    /// A post that was not waited for counts with the time that it has taken. Otherwise nothing would be learned
    /// once all posts are slow.
    pub fn learn(&self, time: Duration) {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.pop_front();
        times.push_back(time);
    }

    /// The time that a quarter of the posts needed less than. A few slow clients do not change it.
    fn time(&self) -> Duration {
        let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let mut times: Vec<Duration> = times.iter().copied().collect();
        *times.select_nth_unstable(POSTS / 4).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn learned(times: impl IntoIterator<Item = Duration>) -> Duration {
        let usual = Usual::new(100 * MS);
        times.into_iter().for_each(|time| usual.learn(time));
        usual.limit()
    }

    #[test]
    fn a_straggler_takes_longer_than_the_least_time_and_than_four_usual_posts() {
        assert_eq!(learned([]), 400 * MS);
        assert_eq!(learned([10 * MS; POSTS]), 100 * MS);
        assert_eq!(learned([30 * MS; POSTS]), 120 * MS);
    }

    #[test]
    fn a_few_slow_clients_do_not_change_the_usual_time() {
        let slow = (0..10 * POSTS).map(|n| if n % 3 == 0 { 10 * MS } else { 900 * MS });
        assert_eq!(learned(slow), 100 * MS);
    }

    #[test]
    fn a_process_learns_that_all_posts_have_become_slower() {
        let usual = Usual::new(100 * MS);
        for _ in 0..10 * POSTS {
            usual.learn(usual.limit().min(150 * MS));
        }
        assert_eq!(usual.limit(), 600 * MS);
    }
}
