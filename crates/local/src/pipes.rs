//! Runs pipes as EventBridge Pipes does: stream, filter, batch, enrichment, target, retries, dead letters.
//!
//! Where AWS documents no rule, the one that is worse for the functions is kept here, so that
//! what works on one machine works there:
//! - After a partial failure everything from the lowest failed record on comes again, in order;
//!   AWS may send only the failed ones.
//! - An enrichment's `null` is passed on to the target; only `""`, `{}` and `[]` are documented as "nothing to do".
//!
//! Delivery is at least once. The records of one item stay in order, whatever fails.
//!
//! - `source`, `dead_letters`: the seams to the world; the third is [`Invoke`]
//! - `embedded`: pipes of pipe files, on the embedded database; [`crate::pipes_api`] has those over the wire
//! - `settings`: what a pipe is made of         - [`Filter`], of the pure crate: which records it wants
//! - `shards`, `course`: a stream's shards, and the way through one of them
//! - `poller`: reads a shard                     - `lane`: delivers batches, one after another
//! - `batch`, `outcome`, `retry`, `progress`, `dead_letter`: the decisions, pure
//! - `status`: what others may see

mod batch;
mod course;
mod dead_letter;
pub mod dead_letters;
mod embedded;
mod lane;
mod outcome;
mod poller;
mod progress;
mod retry;
mod settings;
mod shards;
mod shared;
pub mod source;
mod status;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::invoke::Invoke;
use dead_letters::DeadLetters;
use source::{SourceError, Stream};

pub use embedded::{EmbeddedPipe, Places, start_all};
pub use retry::RetryPolicy;
pub use settings::Settings;
pub use status::Status;
pub use tablecast_event_patterns::filter::Filter;

/// How long a batch in flight may take to end when its pipe is stopped.
const GRACE: Duration = Duration::from_secs(2);

/// A running pipe; dropped, it ends at once.
pub struct Pipe {
    name: String,
    status: status::Counters,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Why a pipe did not start.
#[derive(Debug, thiserror::Error)]
#[error("pipe {pipe}: {source}")]
pub struct StartError {
    pub pipe: String,
    pub source: SourceError,
}

impl Pipe {
    /// Goes on after its last checkpoint; returns when it is known where reading begins.
    pub async fn start<S: Stream, I: Invoke>(
        settings: Settings,
        stream: S,
        invoke: I,
        dead_letters: Arc<dyn DeadLetters>,
    ) -> Result<Self, StartError> {
        let (name, status) = (settings.name.clone(), status::Counters::default());
        let (stop, stopped) = watch::channel(false);
        let shared = shared::Shared { settings, invoke, dead_letters, counters: status.clone(), stopped };
        let shards = shards::Shards::open(stream, Arc::new(shared)).await;
        let shards = shards.map_err(|source| StartError { pipe: name.clone(), source })?;
        let mut tasks = JoinSet::new();
        tasks.spawn(shards.run());
        Ok(Self { name, status, stop, tasks })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn status(&self) -> Status {
        *self.status.watch().borrow()
    }

    /// The status as it changes.
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.status.watch()
    }

    /// Lets the calls in flight end, for a moment. What is not finished comes again at the next start.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let ended = timeout(GRACE, async { while self.tasks.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            tracing::info!("pipe {}: a batch was abandoned; it comes again at the next start", self.name);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
