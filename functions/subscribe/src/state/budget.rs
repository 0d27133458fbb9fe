use tablecast_event_log::MAX_REPLAYED_BYTES;
use tablecast_protocol::Protocol;
use tokio::time::Instant;

use crate::deadline::Deadline as MessageDeadline;
use crate::limits::{STATE_GRACE, STATE_READ_BYTES, STATE_TIMEOUT, max_events};

/// When the work for the state of one message ends.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    /// No further page is read.
    pub reading: Instant,
    /// No frame is sent any more.
    pub sending: Instant,
}

/// How much of a state one message reads and sends. A client requests the rest with the next message.
#[derive(Debug)]
pub struct Budget {
    pub deadline: Deadline,
    max_events: usize,
    pub read: usize,
    pub sent_bytes: usize,
    pub sent_events: usize,
    /// Items that the next message can continue after.
    pub named: usize,
    /// Subjects that were read to their end.
    pub complete: usize,
}

impl Deadline {
    pub fn of_message(message: MessageDeadline) -> Self {
        let reading = (Instant::now() + STATE_TIMEOUT).min(message.state);
        Self { reading, sending: (reading + STATE_GRACE).min(message.message) }
    }

    fn has_passed(self) -> bool {
        Instant::now() >= self.reading
    }
}

impl Budget {
    pub fn new(deadline: Deadline, protocol: Protocol) -> Self {
        Self {
            deadline,
            max_events: max_events(protocol),
            read: 0,
            sent_bytes: 0,
            sent_events: 0,
            named: 0,
            complete: 0,
        }
    }

    /// Returns whether the message has read or sent enough. It needs something after which the next one continues:
    /// otherwise that would read the same again.
    pub fn is_used_up(&self) -> bool {
        let is_long = self.read >= STATE_READ_BYTES
            || self.sent_bytes >= MAX_REPLAYED_BYTES
            || self.sent_events >= self.max_events;
        self.deadline.has_passed() || (is_long && self.named + self.complete > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::limits::FUNCTION_TIMEOUT;

    const HOUR: Duration = Duration::from_secs(3600);

    fn budget(protocol: Protocol) -> Budget {
        let reading = Instant::now() + HOUR;
        Budget { named: 1, ..Budget::new(Deadline { reading, sending: reading }, protocol) }
    }

    #[test]
    fn a_message_ends_at_each_limit_of_what_it_reads_and_sends() {
        assert!(!budget(Protocol::Batch).is_used_up());
        let read = |read| Budget { read, ..budget(Protocol::Batch) };
        assert!(!read(STATE_READ_BYTES - 1).is_used_up() && read(STATE_READ_BYTES).is_used_up());
        let sent_bytes = |sent_bytes| Budget { sent_bytes, ..budget(Protocol::Batch) };
        assert!(
            !sent_bytes(MAX_REPLAYED_BYTES - 1).is_used_up() && sent_bytes(MAX_REPLAYED_BYTES).is_used_up()
        );
        let single = |sent_events| Budget { sent_events, ..budget(Protocol::Single) };
        assert!(!single(999).is_used_up() && single(1000).is_used_up());
        assert!(!Budget { sent_events: 100_000, ..budget(Protocol::Batch) }.is_used_up());
    }

    /// Otherwise the next message would read the same again.
    #[test]
    fn a_message_without_progress_reads_on_until_its_deadline() {
        let idle = Budget { named: 0, read: 2 * STATE_READ_BYTES, ..budget(Protocol::Batch) };
        assert!(!idle.is_used_up());
        assert!(Budget { complete: 1, ..idle }.is_used_up());
        let reading = Instant::now();
        let late = Deadline { reading, sending: reading + HOUR };
        assert!(Budget::new(late, Protocol::Batch).is_used_up());
    }

    #[tokio::test(start_paused = true)]
    async fn a_resume_in_the_same_message_leaves_less_time() {
        let message = MessageDeadline::after(FUNCTION_TIMEOUT);
        let now = Instant::now();
        let at_once = Deadline::of_message(message);
        tokio::time::advance(Duration::from_secs(20)).await;
        let later = Deadline::of_message(message);
        assert!(at_once.reading - now >= STATE_TIMEOUT);
        assert!(later.reading - Instant::now() <= Duration::from_secs(2));
        assert_eq!(later.sending - later.reading, STATE_GRACE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_state_ends_before_a_short_timeout() {
        let message = MessageDeadline::after(Duration::from_secs(10));
        let Deadline { reading, sending } = Deadline::of_message(message);
        assert!(reading < sending && sending <= message.message);
    }
}
