use std::sync::Arc;

use tokio::sync::watch;

use super::dead_letters::DeadLetters;
use super::settings::Settings;
use super::status::Counters;

/// What all tasks of one pipe have in common.
pub struct Shared<I> {
    pub settings: Settings,
    pub invoke: I,
    pub dead_letters: Arc<dyn DeadLetters>,
    pub counters: Counters,
    pub stopped: watch::Receiver<bool>,
}

impl<I> Shared<I> {
    pub fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    /// Returns when the pipe is to stop.
    pub async fn stopped(&self) {
        self.stopped.clone().wait_for(|stopped| *stopped).await.ok();
    }
}
