//! How many messages a connection can send: a token bucket for each connection, in the memory of this
//! process.
//!
//! A bucket in the table would cost a write for each message, more than the message itself. In memory it
//! costs nothing, and limits what reaches one instance of the function. A client that floods exhausts the
//! bucket of one instance, and its connection is closed.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::limits::{BURST, MESSAGES_PER_SECOND};

/// Connections that one instance tracks. A bucket takes a few hundred bytes.
const MAX_CONNECTIONS: usize = 10_000;

/// The time in which an empty bucket becomes full.
const REFILL: Duration = Duration::from_millis(1000 * BURST as u64 / MESSAGES_PER_SECOND as u64);

/// A connection that still sends messages so long after its end was not closed, and is ended again.
const CLOSING: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub struct RateLimiter(HashMap<String, Bucket>);

#[derive(Debug)]
struct Bucket {
    messages: f64,
    updated_at: Instant,
    /// When the connection was last ended.
    ended_at: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    Admitted,
    /// This message exceeds the limit: close the connection.
    Exceeded,
    /// The connection was ended a moment ago, and is being closed.
    Ignored,
}

impl RateLimiter {
    pub fn admit(&mut self, connection: &str, now: Instant) -> Admission {
        if self.0.len() >= MAX_CONNECTIONS && !self.0.contains_key(connection) {
            self.evict(now);
        }
        let full = || Bucket { messages: BURST.into(), updated_at: now, ended_at: None };
        self.0.entry(connection.to_owned()).or_insert_with(full).take(now)
    }

    /// Charges a connection for the work of an admitted message, as if it had sent so many more. The charge
    /// counts from the next message on.
    pub fn charge(&mut self, connection: &str, messages: f64) {
        if let Some(bucket) = self.0.get_mut(connection) {
            bucket.messages -= messages;
        }
    }

    /// The messages that a connection could send now, as if each counted as one.
    pub fn balance(&self, connection: &str, now: Instant) -> f64 {
        self.0.get(connection).map_or(BURST.into(), |bucket| bucket.balance(now))
    }

    /// Admits nothing more from a connection that sent a message now.
    pub fn finish(&mut self, connection: &str) {
        if let Some(bucket) = self.0.get_mut(connection) {
            bucket.ended_at = Some(bucket.updated_at);
        }
    }

    /// Drops full buckets, which mean the same as none. If that is not enough, all connections start with
    /// full buckets.
    fn evict(&mut self, now: Instant) {
        self.0.retain(|_, bucket| now.saturating_duration_since(bucket.updated_at) < REFILL);
        if self.0.len() >= MAX_CONNECTIONS {
            self.0.clear();
        }
    }
}

impl Bucket {
    fn balance(&self, now: Instant) -> f64 {
        let elapsed = now.saturating_duration_since(self.updated_at).as_secs_f64();
        (self.messages + elapsed * f64::from(MESSAGES_PER_SECOND)).min(BURST.into())
    }

    fn take(&mut self, now: Instant) -> Admission {
        (self.messages, self.updated_at) = (self.balance(now), now);
        if self.ended_at.is_some_and(|at| now.saturating_duration_since(at) < CLOSING) {
            return Admission::Ignored;
        }
        if self.ended_at.is_none() && self.messages >= 1.0 {
            self.messages -= 1.0;
            return Admission::Admitted;
        }
        self.ended_at = Some(now);
        Admission::Exceeded
    }
}

#[cfg(test)]
mod tests {
    use tablecast_protocol::message::limits::MAX_SOURCES;

    use super::*;
    use crate::limits::CHANNELS_PER_MESSAGE;

    fn admitted(limiter: &mut RateLimiter, connection: &str, now: Instant) -> usize {
        (0..1000).take_while(|_| limiter.admit(connection, now) == Admission::Admitted).count()
    }

    #[test]
    fn a_burst_is_admitted_and_the_next_message_exceeds_the_limit() {
        let (mut limiter, now) = (RateLimiter::default(), Instant::now());
        for _ in 0..100 {
            assert_eq!(limiter.admit("a=", now), Admission::Admitted);
        }
        assert_eq!(limiter.admit("a=", now), Admission::Exceeded);
        assert_eq!(limiter.admit("a=", now + Duration::from_secs(9)), Admission::Ignored);
        assert_eq!(limiter.admit("b=", now), Admission::Admitted);
    }

    /// The close can have failed.
    #[test]
    fn a_connection_that_still_sends_messages_ten_seconds_after_its_end_is_ended_again() {
        let (mut limiter, now) = (RateLimiter::default(), Instant::now());
        limiter.admit("a=", now);
        limiter.finish("a=");
        for (seconds, expected) in [
            (9, Admission::Ignored),
            (10, Admission::Exceeded),
            (19, Admission::Ignored),
            (60, Admission::Exceeded),
        ] {
            assert_eq!(limiter.admit("a=", now + Duration::from_secs(seconds)), expected, "{seconds} s");
        }
    }

    #[test]
    fn ten_messages_a_second_are_always_admitted() {
        let (mut limiter, start) = (RateLimiter::default(), Instant::now());
        (0..100).for_each(|_| _ = limiter.admit("a=", start));
        for n in 1..1000 {
            assert_eq!(
                limiter.admit("a=", start + Duration::from_millis(100 * n)),
                Admission::Admitted,
                "{n}"
            );
        }
        assert_eq!(limiter.admit("a=", start + Duration::from_millis(99_950)), Admission::Exceeded);
    }

    #[test]
    fn work_is_charged_to_its_own_connection_and_refills() {
        let (mut limiter, now) = (RateLimiter::default(), Instant::now());
        limiter.admit("b=", now);
        assert_eq!(limiter.admit("a=", now), Admission::Admitted);
        limiter.charge("a=", 32.5);
        assert_eq!(admitted(&mut limiter, "a=", now), 66);
        assert_eq!(admitted(&mut limiter, "b=", now), 99);
        // A debt is paid first.
        limiter.admit("c=", now);
        limiter.charge("c=", 100.0);
        assert_eq!(limiter.admit("c=", now + Duration::from_millis(250)), Admission::Admitted);
        assert_eq!(limiter.admit("c=", now + Duration::from_millis(250)), Admission::Exceeded);
    }

    #[test]
    fn a_ping_of_all_channels_that_a_client_can_resume_is_admitted_every_two_seconds() {
        let (mut limiter, start) = (RateLimiter::default(), Instant::now());
        let channels = MAX_SOURCES as f64 / CHANNELS_PER_MESSAGE as f64;
        for n in 0..1000 {
            let now = start + Duration::from_secs(2 * n);
            assert_eq!(limiter.admit("a=", now), Admission::Admitted, "{n}");
            limiter.charge("a=", channels);
        }
    }

    #[test]
    fn a_bucket_refills_in_ten_seconds_and_never_overflows() {
        let (mut limiter, now) = (RateLimiter::default(), Instant::now());
        (0..100).for_each(|_| _ = limiter.admit("a=", now));
        assert_eq!(admitted(&mut limiter, "a=", now + REFILL), 100);
        (0..50).for_each(|_| _ = limiter.admit("b=", now));
        assert_eq!(admitted(&mut limiter, "b=", now + Duration::from_secs(3600)), 100);
    }

    #[test]
    fn memory_is_bounded_however_many_connections_there_are() {
        let (mut limiter, now) = (RateLimiter::default(), Instant::now());
        (0..3 * MAX_CONNECTIONS).for_each(|n| _ = limiter.admit(&n.to_string(), now));
        assert!(limiter.0.len() <= MAX_CONNECTIONS);
    }
}
