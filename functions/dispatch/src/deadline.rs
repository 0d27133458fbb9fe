use std::time::Duration;

use tablecast_event_log::MAX_PUSH_TIME;
use tokio::time::Instant;

/// When each step of a dispatch must end, so that it responds before Lambda stops the function.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    /// A log that does not hold its events by then fails. The rest of the time until `look_up` is for the
    /// subscribers of the others.
    pub append: Instant,
    /// Nothing is sent if the subscribers are unknown by then: there would be no time to push.
    pub look_up: Instant,
    /// No frame is sent after this. Channels with connections that lack events by then are handed over to `fanout`.
    pub push: Instant,
    /// A channel that is not handed over by then fails, and an event that the bus has not accepted. The rest of the time
    /// is for the ends of the other channels, and for rejected records.
    pub deliver: Instant,
    /// Every request ends by then.
    pub finish: Instant,
}

const HANDING_OVER: Duration = Duration::from_secs(5);
const RESPONDING: Duration = Duration::from_secs(1);

impl Deadline {
    /// `remaining` is the time until Lambda stops the function. A long time is used up to fixed margins, and
    /// a short one is divided. The log relies on the longest push.
    pub fn after(remaining: Duration) -> Self {
        let (now, remaining) = (Instant::now(), remaining.min(MAX_PUSH_TIME));
        let pushing = remaining - HANDING_OVER.min(remaining / 3);
        let responding = remaining - RESPONDING.min(remaining / 10);
        Self {
            append: now + pushing * 3 / 8,
            look_up: now + pushing / 2,
            push: now + pushing,
            deliver: now + (pushing + responding) / 2,
            finish: now + responding,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(remaining: u64) -> [f64; 5] {
        let start = Instant::now();
        let deadline = Deadline::after(Duration::from_secs(remaining));
        let since = |instant: Instant| instant.duration_since(start).as_secs_f64().round();
        let Deadline { append, look_up, push, deliver, finish } = deadline;
        [append, look_up, push, deliver, finish].map(since)
    }

    #[test]
    fn a_long_time_is_used_up_to_the_margins() {
        assert_eq!(seconds(60), [21.0, 28.0, 55.0, 57.0, 59.0]);
        assert_eq!(seconds(u64::MAX), [43.0, 58.0, 115.0, 117.0, 119.0]);
    }

    #[test]
    fn a_short_time_is_divided_between_the_steps() {
        assert_eq!(seconds(6), [2.0, 2.0, 4.0, 5.0, 5.0]);
        assert_eq!(seconds(0), [0.0; 5]);
    }
}
