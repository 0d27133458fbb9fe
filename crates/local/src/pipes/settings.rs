use std::time::Duration;

use super::{Filter, RetryPolicy};

/// What a pipe is made of, wherever it was written down.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub name: String,
    pub filter: Filter,
    /// Records in a batch.
    pub batch: usize,
    /// How long a batch may wait to fill.
    pub window: Duration,
    /// Batches of a shard that may run at once.
    pub parallel: usize,
    pub retry: RetryPolicy,
    /// The function that turns a batch of records into what the target gets; without one it gets the records.
    pub enrichment: Option<String>,
    pub target: String,
}
