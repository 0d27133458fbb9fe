//! The effects of a message, as metrics. docs/reference/metrics.md describes them.
//!
//! # Layout
//! - `replies`: counts what clients receive; `state`: the same for state

mod replies;
mod state;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tablecast_sockets::Outcome;
use tablecast_telemetry::Metrics;

use state::StateCounts;

#[derive(Debug, Default)]
pub struct Counts {
    /// Subjects, by what their client did, or was refused.
    subscribed: Count,
    unsubscribed: Count,
    not_granted: Count,
    too_many_subscriptions: Count,
    /// Messages with a new token that was accepted.
    refreshed: Count,
    /// Channels that a client resumes, by their outcome.
    recovered: Count,
    unrecovered: Count,
    position_unknown: Count,
    epoch_changed: Count,
    trimmed: Count,
    too_much: Count,
    too_wide: Count,
    quota_exceeded: Count,
    /// Events that were sent to clients that resume.
    pub replayed_events: Count,
    pub replayed_bytes: Count,
    pub state: StateCounts,
    /// Messages that received this error.
    bad_message: Count,
    unknown_action: Count,
    message_too_large: Count,
    too_many_messages: Count,
    refresh_refused: Count,
    expired: Count,
    /// Messages that received `unavailable`, because a table or the issuer's keys could not be read.
    pub unavailable: Count,
    /// Messages that received `unavailable`, because other messages of the connection changed it first.
    pub contended: Count,
    /// Connections that were closed because a subscription stayed incomplete.
    pub incomplete: Count,
    /// Messages of connections that had sent too many, and are being closed.
    pub ignored: Count,
    /// Messages of connections that are not stored, or were deleted meanwhile.
    pub unknown: Count,
    /// Refused connections whose client received the reason.
    explained: Count,
    /// Frames that API Gateway does not let the function send.
    refused: Count,
    /// Other frames that API Gateway did not accept, although the client may still be there.
    unsent: Count,
    /// Connections that could not be closed.
    unclosed: Count,
}

#[derive(Debug, Default)]
pub struct Count(AtomicUsize);

impl Count {
    pub fn add(&self) {
        self.add_all(1);
    }

    pub fn add_all(&self, count: usize) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

impl Counts {
    pub fn sent(&self, outcome: Outcome) {
        match outcome {
            Outcome::Delivered | Outcome::Gone | Outcome::Connecting => {}
            Outcome::Refused => self.refused.add(),
            Outcome::TooLarge | Outcome::Unreachable | Outcome::Unavailable => self.unsent.add(),
        }
    }

    pub fn closed(&self, outcome: Outcome) {
        if !matches!(outcome, Outcome::Delivered | Outcome::Gone) {
            self.unclosed.add();
        }
    }

    /// The counts above 0 since the last call. None if there is none: most messages are pings, and have no line.
    pub fn take(&self, damaged_items: usize, took: Duration) -> Option<Metrics> {
        let counts =
            self.take_all().into_iter().chain(self.state.take()).chain([("DamagedItems", damaged_items)]);
        let counts: Vec<_> = counts.filter(|(_, count)| *count > 0).collect();
        let bytes = [("ReplayedBytes", self.replayed_bytes.take()), ("StateBytes", self.state.bytes.take())];
        let metrics = Metrics::of_function("subscribe", "message handled").duration(took);
        let sent = bytes.into_iter().filter(|(_, bytes)| *bytes > 0);
        let metrics = sent.fold(metrics, |metrics, (name, bytes)| metrics.bytes(name, bytes));
        let any = !counts.is_empty();
        any.then(|| counts.into_iter().fold(metrics, |metrics, (name, count)| metrics.count(name, count)))
    }

    fn take_all(&self) -> [(&'static str, usize); 29] {
        [
            ("Subscribed", self.subscribed.take()),
            ("Unsubscribed", self.unsubscribed.take()),
            ("NotGranted", self.not_granted.take()),
            ("TooManySubscriptions", self.too_many_subscriptions.take()),
            ("Refreshed", self.refreshed.take()),
            ("Recovered", self.recovered.take()),
            ("Unrecovered", self.unrecovered.take()),
            ("PositionUnknown", self.position_unknown.take()),
            ("EpochChanged", self.epoch_changed.take()),
            ("Trimmed", self.trimmed.take()),
            ("TooMuch", self.too_much.take()),
            ("TooWide", self.too_wide.take()),
            ("QuotaExceeded", self.quota_exceeded.take()),
            ("ReplayedEvents", self.replayed_events.take()),
            ("BadMessage", self.bad_message.take()),
            ("UnknownAction", self.unknown_action.take()),
            ("MessageTooLarge", self.message_too_large.take()),
            ("TooManyMessages", self.too_many_messages.take()),
            ("RefreshRefused", self.refresh_refused.take()),
            ("Expired", self.expired.take()),
            ("Unavailable", self.unavailable.take()),
            ("Contended", self.contended.take()),
            ("Incomplete", self.incomplete.take()),
            ("Ignored", self.ignored.take()),
            ("Unknown", self.unknown.take()),
            ("Explained", self.explained.take()),
            ("Refused", self.refused.take()),
            ("Unsent", self.unsent.take()),
            ("Unclosed", self.unclosed.take()),
        ]
    }
}
