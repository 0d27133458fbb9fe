//! The writers, the clients in three languages, and the consumer of the bus.

use crate::addresses::Addresses;

pub struct Workload;

/// What was written, and what the bus and each client received.
pub struct Observations;

pub async fn start(_addresses: &Addresses, _seed: u64) -> Workload {
    Workload
}

impl Workload {
    /// The number of acknowledged writes whose events have not arrived everywhere.
    pub fn lag(&self) -> usize {
        0
    }

    /// Returns when no write is in flight. No other begins before [`Self::resume`].
    pub async fn pause(&self) {}

    pub fn resume(&self) {}

    /// The paused workload learns that this table is empty, under a new stream.
    pub fn restored(&self, _table: &str) {}

    pub async fn stop_writing(&self) {}

    /// Waits until everything has arrived, or nothing has arrived for long.
    pub async fn finish(self) -> Observations {
        Observations
    }
}
