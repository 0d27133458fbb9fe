//! Compares the clock of this process with DynamoDB's. Every response of DynamoDB has a `Date`.
//!
//! Dispatchers decide by the time of an append whether its events are delivered, so their clocks must agree.
//! `Date` has no fractions of a second, and a response takes up to 3 seconds. So a comparison can be wrong by
//! 4 seconds, in one direction.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

use aws_sdk_dynamodb::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use tablecast_aws::now_in_milliseconds;

/// The clock may be behind by this time, in milliseconds. A clock that is not refused is less than 9 s behind.
const MAX_BEHIND: i64 = 5_000;

/// The clock may seem to be ahead by this time, in milliseconds. A clock that is not refused is at most so far
/// ahead.
const MAX_AHEAD: i64 = 9_000;

/// A larger step of the clock since the last comparison makes the comparison worthless.
const MAX_STEP: Duration = Duration::from_secs(1);

/// The clock of DynamoDB, as the last response had it.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServerClock(Arc<Mutex<Option<Comparison>>>);

#[derive(Debug, Clone, Copy)]
struct Comparison {
    /// Milliseconds by which this process's clock is ahead of DynamoDB's.
    ahead: i64,
    at: SystemTime,
    monotonic: Instant,
}

impl ServerClock {
    /// Returns the milliseconds by which this process's clock is ahead, if they are too many.
    pub fn skew(&self) -> Option<i64> {
        let ahead = self.comparison().map(|comparison| comparison.ahead);
        ahead.filter(|ahead| !(-MAX_BEHIND..=MAX_AHEAD).contains(ahead))
    }

    /// Returns whether this process's clock was not set since the last response. Without a response, nothing
    /// is known against it.
    pub fn is_steady(&self) -> bool {
        self.comparison().is_none_or(|Comparison { at, monotonic, .. }| {
            let elapsed = SystemTime::now().duration_since(at).unwrap_or(Duration::MAX);
            elapsed.abs_diff(monotonic.elapsed()) <= MAX_STEP
        })
    }

    fn compare(&self, date: &str) {
        let date = DateTime::from_str(date, DateTimeFormat::HttpDate).ok();
        if let Some(date) = date.and_then(|date| date.to_millis().ok()) {
            let (at, monotonic) = (SystemTime::now(), Instant::now());
            *self.comparison() = Some(Comparison { ahead: now_in_milliseconds() - date, at, monotonic });
        }
    }

    fn comparison(&self) -> MutexGuard<'_, Option<Comparison>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Intercept for ServerClock {
    fn name(&self) -> &'static str {
        "ServerClock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(date) = context.response().headers().get("date") {
            self.compare(date);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_since_the_last_response_is_not_steady() {
        let minute = Duration::from_secs(60);
        let (now, monotonic) = (SystemTime::now(), Instant::now());
        for (at, expected) in [(now, true), (now - minute, false), (now + minute, false)] {
            let clock = ServerClock(Arc::new(Mutex::new(Some(Comparison { ahead: 0, at, monotonic }))));
            assert_eq!(clock.is_steady(), expected, "{at:?}");
        }
        assert!(ServerClock::default().is_steady());
    }
}
