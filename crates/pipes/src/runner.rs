//! Runs one pipe: stream, filter, batch, enrichment, target, retries, dead letters.
//!
//! The pipe delivers at least once. The records of one item stay in order, whatever fails.
//!
//! Where AWS documents no rule, the runner follows the rule that is harder for functions, so that
//! functions that work here work on AWS:
//! - After a partial failure, it retries all records from the lowest failed one on. AWS may retry only the
//!   failed ones.
//! - It passes a `null` from the enrichment to the target. AWS documents only `""`, `{}` and `[]` as empty.
//!
//! # Layout
//! - `context`: the state that all tasks of a pipe share; `status`: its counters; `filtered`: the records that the
//!   filter dropped; `monitor`: both, for display
//! - `shards`: starts a `shard_reader` for each shard of the stream
//! - `shard_reader`: runs the `poller`, which reads the shard, and each `worker`, which delivers batches
//! - `shard_state`: the progress in one shard, and its checkpoint
//! - `entry`, `batch`, `outcome`, `retry`, `progress`, `dead_letter`: the pure decisions

mod batch;
mod context;
mod dead_letter;
mod entry;
mod filtered;
mod monitor;
mod outcome;
mod poller;
mod progress;
mod retry;
mod shard_reader;
mod shard_state;
mod shards;
mod status;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::config::PipeConfig;
use crate::dead_letters::DeadLetters;
use crate::invoke::Invoke;
use crate::source::{SourceError, Stream};
use context::PipeContext;
use filtered::Filtered;
use shards::Shards;
use status::Counters;

pub use filtered::FilteredRecord;
pub use monitor::Monitor;
pub use status::Status;

/// The maximum wait of `stop` for a batch in flight.
const STOP_TIMEOUT: Duration = Duration::from_secs(2);

/// A running pipe. Dropping it ends the pipe immediately.
pub struct Pipe {
    name: String,
    status: Counters,
    filtered: Filtered,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// The error of a pipe that cannot start.
#[derive(Debug, thiserror::Error)]
#[error("pipe {pipe}: {source}")]
pub struct StartError {
    pub pipe: String,
    pub source: SourceError,
}

impl Pipe {
    /// Continues after the last checkpoint. Returns when the start position of each shard is known.
    pub async fn start<S: Stream, I: Invoke>(
        config: PipeConfig,
        stream: S,
        invoke: I,
        dead_letters: Arc<dyn DeadLetters>,
    ) -> Result<Self, StartError> {
        let (name, status) = (config.name.clone(), Counters::default());
        let (stop, stopped) = watch::channel(false);
        let filtered = Filtered::default();
        let context = PipeContext {
            config,
            invoke,
            dead_letters,
            counters: status.clone(),
            filtered: filtered.clone(),
            stopped,
        };
        let shards = Shards::open(stream, Arc::new(context)).await;
        let shards = shards.map_err(|source| StartError { pipe: name.clone(), source })?;
        let mut tasks = JoinSet::new();
        tasks.spawn(shards.run());
        Ok(Self { name, status, filtered, stop, tasks })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn status(&self) -> Status {
        *self.status.watch().borrow()
    }

    pub fn watch(&self) -> watch::Receiver<Status> {
        self.status.watch()
    }

    /// Returns a view of the pipe that outlives it.
    pub fn monitor(&self) -> Monitor {
        Monitor::new(&self.name, self.status.watch(), self.filtered.clone())
    }

    /// Waits up to two seconds for the batches in flight. The next start delivers unfinished records again.
    pub async fn stop(self) {
        self.stop_within(STOP_TIMEOUT).await;
    }

    /// Like `stop`, with another time limit. Batches that end within it are not delivered again.
    pub async fn stop_within(mut self, limit: Duration) {
        self.stop.send_replace(true);
        let ended = timeout(limit, async { while self.tasks.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            let pipe = &self.name;
            tracing::info!(pipe, "stopped during a delivery; the next start delivers these records again");
        }
        self.log_end();
    }

    fn log_end(&self) {
        self.filtered.log_rest(&self.name);
        let (pipe, status) = (&self.name, self.status());
        let Status { read, filtered, delivered, dead_lettered, .. } = status;
        if read > 0 {
            tracing::info!(
                pipe,
                "stopped: read {read} records, filtered {filtered}, delivered {delivered}, dead-lettered {dead_lettered}"
            );
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
