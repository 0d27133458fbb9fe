use std::time::Duration;

use tokio::time::Instant;

use crate::limits::{
    FUNCTION_TIMEOUT, MESSAGE_TIMEOUT, RESUME_TIMEOUT, STATE_MESSAGE_TIMEOUT, WRITE_TIMEOUT,
};

/// When each part of a message must end, so that a connection that lacks events is closed before Lambda stops the
/// function.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    /// The end of a replay. A slower client is disconnected, and resumes after the last event that it received.
    pub(crate) resume: Instant,
    /// No further page of a state is read.
    pub(crate) state: Instant,
    /// The subscriptions are written by then.
    pub(crate) write: Instant,
    /// The end of the message's work. Only the reply follows.
    pub(crate) message: Instant,
    /// A reply that API Gateway has not accepted by then is not sent.
    pub(crate) reply: Instant,
    /// Every request ends by then. The time since `reply` is for closing the connection.
    pub(crate) end: Instant,
}

/// The time to send the reply, and to close the connection.
const REPLYING: Duration = FUNCTION_TIMEOUT.saturating_sub(MESSAGE_TIMEOUT);
/// The part of it in which the connection is closed.
const CLOSING: Duration = Duration::from_millis(1500);
const RESPONDING: Duration = Duration::from_millis(250);

impl Deadline {
    /// `remaining` is the time until Lambda stops the function. The limits of a message are for the default timeout.
    /// A shorter time is divided in the same way.
    pub fn after(remaining: Duration) -> Self {
        let (now, remaining) = (Instant::now(), remaining.min(FUNCTION_TIMEOUT));
        let message = remaining - REPLYING.min(remaining / 3);
        let part = |limit: Duration| now + message.mul_f64(limit.div_duration_f64(MESSAGE_TIMEOUT));
        Self {
            resume: part(RESUME_TIMEOUT),
            state: part(STATE_MESSAGE_TIMEOUT),
            write: part(WRITE_TIMEOUT),
            message: now + message,
            reply: now + remaining - CLOSING.min(remaining / 6),
            end: now + remaining - RESPONDING.min(remaining / 20),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(remaining: Duration) -> [f64; 6] {
        let start = Instant::now();
        let Deadline { resume, state, write, message, reply, end } = Deadline::after(remaining);
        let since = |instant: Instant| (instant.duration_since(start).as_secs_f64() * 10.0).round() / 10.0;
        [resume, state, write, message, reply, end].map(since)
    }

    #[tokio::test(start_paused = true)]
    async fn the_default_timeout_has_the_limits_of_the_documentation() {
        for remaining in [FUNCTION_TIMEOUT, Duration::MAX] {
            assert_eq!(seconds(remaining), [20.0, 22.0, 23.0, 26.0, 27.5, 28.8]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_timeout_is_divided_between_the_parts() {
        assert_eq!(seconds(Duration::from_secs(10)), [5.4, 5.9, 6.2, 7.0, 8.5, 9.8]);
        assert_eq!(seconds(Duration::ZERO), [0.0; 6]);
    }
}
