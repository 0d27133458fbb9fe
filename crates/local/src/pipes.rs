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
//! - `settings`: what a pipe is made of         - `filter`, `pattern`: which records it wants
//! - `poller`: reads the stream                  - `lane`: delivers batches, one after another
//! - `batch`, `outcome`, `retry`, `progress`, `dead_letter`: the decisions, pure
//! - `status`: what others may see

mod batch;
mod dead_letter;
mod filter;
mod lane;
mod outcome;
pub mod pattern;
mod poller;
mod progress;
mod retry;
mod settings;
mod shared;
mod status;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::database::{Database, DatabaseError};
use crate::invoke::Invoke;

pub use filter::Filter;
pub use retry::RetryPolicy;
pub use settings::{Places, Settings};
pub use status::Status;

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
    pub source: DatabaseError,
}

/// Starts these pipes and no others: what another pipe has not read is no longer kept for it.
pub async fn start_all<I: Invoke>(
    pipes: Vec<Settings>,
    database: &Database,
    invoke: &I,
) -> Result<Vec<Pipe>, StartError> {
    let names: Vec<_> = pipes.iter().map(|pipe| pipe.name.clone()).collect();
    let forgotten = database.forget_pipes_except(names.clone()).await;
    forgotten.map_err(|source| StartError { pipe: names.join(", "), source })?;
    let mut running = Vec::new();
    for settings in pipes {
        running.push(Pipe::start(settings, database.clone(), invoke.clone()).await?);
    }
    Ok(running)
}

impl Pipe {
    /// Goes on after its last checkpoint. A table that is not there yet is waited for.
    pub async fn start<I: Invoke>(
        settings: Settings,
        database: Database,
        invoke: I,
    ) -> Result<Self, StartError> {
        let pipe = settings.name.clone();
        let (stop, stopped) = watch::channel(false);
        let shared = shared::Shared::resume(settings, database, invoke, stopped).await;
        let shared = Arc::new(shared.map_err(|source| StartError { pipe: pipe.clone(), source })?);
        let mut tasks = JoinSet::new();
        let lanes = lane::spawn_all(&shared, &mut tasks);
        tasks.spawn(poller::run(shared.clone(), lanes));
        Ok(Self { name: pipe, status: shared.counters.clone(), stop, tasks })
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
mod tests;
