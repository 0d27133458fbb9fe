use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use super::entry::Entry;

/// The counters of a pipe since its start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Status {
    /// Records that the pipe has read from the stream.
    pub read: u64,
    /// Records that the filter dropped.
    pub filtered: u64,
    /// Records that are neither delivered nor dead-lettered yet.
    pub unfinished: u64,
    pub delivered: u64,
    pub dead_lettered: u64,
    /// Executions. Each invokes the enrichment, then the target.
    pub batches: u64,
    /// Executions that the pipe repeated for the same records.
    pub retried: u64,
    /// The age of the newest delivered record at its delivery. Creation times are whole seconds.
    pub lag: Option<Duration>,
}

impl Status {
    pub fn deliver(&mut self, entries: &[Entry], now: SystemTime) {
        let Some(newest) = entries.iter().map(|entry| entry.created).max() else { return };
        self.delivered += entries.len() as u64;
        self.lag = Some(now.duration_since(newest).unwrap_or_default());
    }
}

/// The shared status: the tasks of a pipe update it, and every caller may watch it.
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
