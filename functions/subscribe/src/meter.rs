//! How many messages a connection sends: a token bucket for each, in this process's memory.
//!
//! A bucket in the table would cost a write for each message, more than the message itself. In memory it costs
//! nothing, and bounds what is sent to one instance of the function: a flood meets it in whichever instance it fills
//! first, and its connection is then closed.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::limits::{BURST, MESSAGES_PER_SECOND};

/// Connections that one instance keeps in mind; a bucket takes some hundred bytes.
const CONNECTIONS: usize = 10_000;

/// In which an empty bucket is full again.
const FULL_AGAIN: Duration = Duration::from_millis(1000 * BURST as u64 / MESSAGES_PER_SECOND as u64);

#[derive(Debug, Default)]
pub struct Meter(HashMap<String, Bucket>);

#[derive(Debug)]
struct Bucket {
    messages: f64,
    at: Instant,
    flooded: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Admitted,
    /// One too many: the connection is to be closed.
    Flooding,
    /// Of a connection that is being closed.
    Ignored,
}

impl Meter {
    pub fn admit(&mut self, connection: &str, now: Instant) -> Verdict {
        if self.0.len() >= CONNECTIONS && !self.0.contains_key(connection) {
            self.make_room(now);
        }
        let full = || Bucket { messages: BURST.into(), at: now, flooded: false };
        self.0.entry(connection.to_owned()).or_insert_with(full).take(now)
    }

    /// For what a message turns out to have taken: as so many more. Only the next message meets it.
    pub fn charge(&mut self, connection: &str, messages: f64) {
        if let Some(bucket) = self.0.get_mut(connection) {
            bucket.messages -= messages;
        }
    }

    /// A full bucket is as good as none; should that not be enough, all begin anew.
    fn make_room(&mut self, now: Instant) {
        self.0.retain(|_, bucket| now.saturating_duration_since(bucket.at) < FULL_AGAIN);
        if self.0.len() >= CONNECTIONS {
            self.0.clear();
        }
    }
}

impl Bucket {
    fn take(&mut self, now: Instant) -> Verdict {
        let earned = now.saturating_duration_since(self.at).as_secs_f64() * f64::from(MESSAGES_PER_SECOND);
        (self.messages, self.at) = ((self.messages + earned).min(BURST.into()), now);
        if self.flooded {
            return Verdict::Ignored;
        }
        self.flooded = self.messages < 1.0;
        self.messages -= 1.0;
        if self.flooded { Verdict::Flooding } else { Verdict::Admitted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(meter: &mut Meter, connection: &str, now: Instant) -> usize {
        (0..1000).take_while(|_| meter.admit(connection, now) == Verdict::Admitted).count()
    }

    #[test]
    fn a_burst_is_admitted_and_one_more_ends_the_connection() {
        let (mut meter, now) = (Meter::default(), Instant::now());
        for _ in 0..100 {
            assert_eq!(meter.admit("a=", now), Verdict::Admitted);
        }
        assert_eq!(meter.admit("a=", now), Verdict::Flooding);
        assert_eq!(meter.admit("a=", now + Duration::from_secs(60)), Verdict::Ignored);
        assert_eq!(meter.admit("b=", now), Verdict::Admitted);
    }

    #[test]
    fn ten_a_second_may_go_on_for_ever() {
        let (mut meter, start) = (Meter::default(), Instant::now());
        (0..100).for_each(|_| _ = meter.admit("a=", start));
        for n in 1..1000 {
            assert_eq!(meter.admit("a=", start + Duration::from_millis(100 * n)), Verdict::Admitted, "{n}");
        }
        assert_eq!(meter.admit("a=", start + Duration::from_millis(99_950)), Verdict::Flooding);
    }

    #[test]
    fn what_a_message_took_is_charged_to_its_connection_alone_and_earned_again() {
        let (mut meter, now) = (Meter::default(), Instant::now());
        meter.admit("b=", now);
        assert_eq!(meter.admit("a=", now), Verdict::Admitted);
        meter.charge("a=", 32.5);
        assert_eq!(admitted(&mut meter, "a=", now), 66);
        assert_eq!(admitted(&mut meter, "b=", now), 99);
        // A debt is paid first.
        meter.admit("c=", now);
        meter.charge("c=", 100.0);
        assert_eq!(meter.admit("c=", now + Duration::from_millis(250)), Verdict::Admitted);
        assert_eq!(meter.admit("c=", now + Duration::from_millis(250)), Verdict::Flooding);
    }

    #[test]
    fn a_bucket_is_full_again_after_ten_seconds_and_never_fuller() {
        let (mut meter, now) = (Meter::default(), Instant::now());
        (0..100).for_each(|_| _ = meter.admit("a=", now));
        assert_eq!(admitted(&mut meter, "a=", now + FULL_AGAIN), 100);
        (0..50).for_each(|_| _ = meter.admit("b=", now));
        assert_eq!(admitted(&mut meter, "b=", now + Duration::from_secs(3600)), 100);
    }

    #[test]
    fn memory_is_bounded_however_many_connections_there_are() {
        let (mut meter, now) = (Meter::default(), Instant::now());
        (0..3 * CONNECTIONS).for_each(|n| _ = meter.admit(&n.to_string(), now));
        assert!(meter.0.len() <= CONNECTIONS);
    }
}
