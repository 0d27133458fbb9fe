use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

const INITIAL: Duration = Duration::from_millis(500);
const MAXIMUM: Duration = Duration::from_secs(30);

/// Waits with full jitter: each one is random, between zero and a bound that doubles. So many clients do not
/// reconnect at the same time.
#[derive(Default)]
pub struct Backoff {
    attempts: u32,
}

impl Backoff {
    pub fn next_wait(&mut self) -> Duration {
        let bound = self.bound();
        self.attempts = self.attempts.saturating_add(1);
        // The standard library's only source of randomness is the seed of its hash tables.
        let fraction = RandomState::new().hash_one(self.attempts) as f64 / u64::MAX as f64;
        bound.mul_f64(fraction)
    }

    fn bound(&self) -> Duration {
        INITIAL.saturating_mul(2_u32.saturating_pow(self.attempts)).min(MAXIMUM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_the_maximum() {
        let bounds = (0..8).map(|attempts| Backoff { attempts }.bound().as_millis());
        assert_eq!(bounds.collect::<Vec<_>>(), [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
        assert_eq!(Backoff { attempts: u32::MAX }.bound(), MAXIMUM);
    }

    #[test]
    fn a_wait_is_random_and_within_its_bound() {
        let waits: Vec<_> = (0..100).map(|_| Backoff { attempts: 3 }.next_wait()).collect();
        assert!(waits.iter().all(|wait| *wait <= Duration::from_secs(4)));
        assert!(waits.iter().any(|wait| *wait != waits[0]));
    }
}
