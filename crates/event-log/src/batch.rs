//! The batches of the processes that append.

use serde::{Deserialize, Serialize};
use tablecast_protocol::Epoch;

/// A process that appends, until one of its appends fails. Its batches follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct WriterId(Epoch);

/// A batch of a writer. The writer's earlier batches are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BatchId {
    pub writer_id: WriterId,
    #[serde(rename = "batch_seq")]
    pub seq: u64,
}

impl WriterId {
    pub fn new() -> Self {
        Self(Epoch(fastrand::u64(1..)))
    }
}

impl BatchId {
    pub fn is_before(self, later: Self) -> bool {
        self.writer_id == later.writer_id && self.seq < later.seq
    }
}
