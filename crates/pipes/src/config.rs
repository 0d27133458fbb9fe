use std::time::Duration;

use tablecast_event_patterns::filter::Filter;

/// The configuration of a pipe, from a pipe file or from the Pipes API.
#[derive(Debug, Clone, PartialEq)]
pub struct PipeConfig {
    pub name: String,
    pub filter: Filter,
    /// The maximum number of records in a batch.
    pub batch: usize,
    /// The maximum wait of a batch for more records.
    pub window: Duration,
    /// The number of batches of a shard that may run concurrently.
    pub parallel: usize,
    pub retry: RetryPolicy,
    /// The function that turns a batch of records into the target's payload. Without one, the target receives
    /// the records.
    pub enrichment: Option<String>,
    pub target: String,
}

/// When a pipe stops retrying a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Retries after the first attempt. Only failures of the functions count. `None` means no limit.
    pub retries: Option<u32>,
    /// The maximum age of a record, from its creation. `None` means no limit.
    pub max_age: Option<Duration>,
    /// Halve a batch that failed as a whole, down to one record (AUTOMATIC_BISECT).
    pub bisect: bool,
}
