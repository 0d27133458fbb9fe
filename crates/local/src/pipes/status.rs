use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use super::batch::Entry;

/// What a pipe has done since it was started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Status {
    /// Records read from the stream.
    pub read: u64,
    /// Of these, dropped by the filter.
    pub filtered: u64,
    /// Of these, read but neither delivered nor given up yet.
    pub unfinished: u64,
    pub delivered: u64,
    /// Given up, with a dead letter.
    pub dead_lettered: u64,
    /// Executions: enrichment, then target.
    pub batches: u64,
    /// Executions that were followed by another one for the same records.
    pub retried: u64,
    /// How old the newest delivered record was when it was delivered; creation times are whole seconds.
    pub lag: Option<Duration>,
}

impl Status {
    pub fn deliver(&mut self, entries: &[Entry], now: SystemTime) {
        let Some(newest) = entries.iter().map(|entry| entry.created).max() else { return };
        self.delivered += entries.len() as u64;
        self.lag = Some(now.duration_since(newest).unwrap_or_default());
    }
}

/// Written by the tasks of a pipe, watched by whoever looks at it.
#[derive(Debug, Clone, Default)]
pub struct Counters(Arc<watch::Sender<Status>>);

impl Counters {
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.0.subscribe()
    }

    pub fn update(&self, change: impl FnOnce(&mut Status)) {
        self.0.send_modify(change);
    }
}
