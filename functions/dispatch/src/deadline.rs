use std::time::Duration;

use tablecast_event_log::PUSHING;
use tokio::time::Instant;

/// When to stop, so that the answer is out before Lambda ends the function.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    /// If the subscribers are not known by then, nothing is sent: there would be no time to serve them.
    pub look_up: Instant,
    /// No frame is sent after this: connections not served by then are closed, to come back.
    pub push: Instant,
    /// Nothing is waited for after this.
    pub answer: Instant,
}

const CLOSING: Duration = Duration::from_secs(5);
const ANSWERING: Duration = Duration::from_secs(1);

impl Deadline {
    /// `left`: until the function is ended. A short time is shared out, a long one kept but for the margins; the log
    /// counts on it that nothing is pushed for longer than it says.
    pub fn after(left: Duration) -> Self {
        let (now, left) = (Instant::now(), left.min(PUSHING));
        let pushing = left - CLOSING.min(left / 3);
        Self {
            look_up: now + pushing / 2,
            push: now + pushing,
            answer: now + left - ANSWERING.min(left / 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(left: u64) -> (f64, f64, f64) {
        let start = Instant::now();
        let deadline = Deadline::after(Duration::from_secs(left));
        let since = |instant: Instant| instant.duration_since(start).as_secs_f64().round();
        (since(deadline.look_up), since(deadline.push), since(deadline.answer))
    }

    #[test]
    fn a_long_time_is_used_but_for_the_margins() {
        assert_eq!(seconds(60), (28.0, 55.0, 59.0));
        assert_eq!(seconds(u64::MAX), (58.0, 115.0, 119.0));
    }

    #[test]
    fn a_short_time_is_shared_between_looking_up_pushing_and_closing() {
        assert_eq!(seconds(6), (2.0, 4.0, 5.0));
        assert_eq!(seconds(0), (0.0, 0.0, 0.0));
    }
}
