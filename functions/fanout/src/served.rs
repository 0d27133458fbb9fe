use tablecast_aws::StorageError;
use tablecast_push::{Counts, StartError};

/// Why a worker stopped before the run was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Its time is over. It must be started again.
    Deadline,
    Outage,
    /// The log or the subscribers cannot be read.
    Storage,
    /// Another worker has the part.
    Lost,
}

/// The results of a worker.
#[derive(Debug, Default)]
pub struct Served {
    pub counts: Counts,
    pub frames: usize,
    /// Attempts that API Gateway throttled.
    pub throttled: usize,
    pub has_outage: bool,
    /// Places where events are missing in the log.
    pub gaps: usize,
    /// Events of the log that cannot be read.
    pub damaged: usize,
    pub informed: usize,
    /// Milliseconds since the oldest event was appended that a listener lacks.
    pub lag: u64,
    /// Why it stopped before the run was done.
    pub stop: Option<Stop>,
    pub not_started: usize,
    pub error: Option<StorageError>,
}

impl Served {
    pub fn add_start(&mut self, started: Result<(), StartError>) {
        if let Err(error) = started {
            self.not_started += 1;
            tracing::warn!(%error, "could not start a worker: the sweep tries again within a minute");
        }
    }
}
