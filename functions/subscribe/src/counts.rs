use std::sync::atomic::{AtomicUsize, Ordering};

use tablecast_sockets::Outcome;
use tablecast_telemetry::Metrics;

/// Counts the failures while messages were handled. docs/reference/metrics.md describes the metrics.
#[derive(Debug, Default)]
pub struct Counts {
    /// Messages that received `unavailable`, because a table or the issuer's keys could not be read.
    pub unavailable: Count,
    /// Messages that received `unavailable`, because other messages of the connection changed it first.
    pub contended: Count,
    /// Connections that were closed because a subscription stayed incomplete.
    pub incomplete: Count,
    /// Messages that did not resume a channel, because a quota was used up.
    pub quota_exceeded: Count,
    /// Messages of connections that had sent too many, and are being closed.
    pub ignored: Count,
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
        self.0.fetch_add(1, Ordering::Relaxed);
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

    /// The counts since the last call. None if nothing went wrong: a line for each ping would cost more than
    /// the ping.
    pub fn take(&self, damaged_items: usize) -> Option<Metrics> {
        let counts = [
            ("Unavailable", self.unavailable.take()),
            ("Contended", self.contended.take()),
            ("Refused", self.refused.take()),
            ("Unsent", self.unsent.take()),
            ("Incomplete", self.incomplete.take()),
            ("Unclosed", self.unclosed.take()),
            ("Ignored", self.ignored.take()),
            ("QuotaExceeded", self.quota_exceeded.take()),
            ("DamagedItems", damaged_items),
        ];
        let metrics = Metrics::of_function("subscribe", "a message had failures");
        let any = counts.iter().any(|(_, count)| *count > 0);
        any.then(|| counts.into_iter().fold(metrics, |metrics, (name, count)| metrics.count(name, count)))
    }
}
