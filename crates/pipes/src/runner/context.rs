use std::sync::Arc;

use tokio::sync::watch;

use super::filtered::Filtered;
use super::status::Counters;
use crate::config::PipeConfig;
use crate::dead_letters::DeadLetters;

/// The state that all tasks of one pipe share.
pub struct PipeContext<I> {
    pub config: PipeConfig,
    pub invoke: I,
    pub dead_letters: Arc<dyn DeadLetters>,
    pub counters: Counters,
    pub filtered: Filtered,
    pub stopped: watch::Receiver<bool>,
}

impl<I> PipeContext<I> {
    pub fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    /// Returns when the pipe must stop.
    pub async fn stopped(&self) {
        self.stopped.clone().wait_for(|stopped| *stopped).await.ok();
    }
}
