use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::command::Command;
use super::error::ApiError;
use super::resource::{CurrentState, Resource};

/// All pipes by name. Clones share them.
#[derive(Clone, Default)]
pub struct Store(Arc<Mutex<BTreeMap<String, Entry>>>);

/// A pipe and its worker.
pub struct Entry {
    pub resource: Resource,
    pub commands: watch::Sender<Command>,
    pub worker: JoinHandle<()>,
}

impl Store {
    /// Runs `call` on a pipe.
    pub fn with<T>(
        &self,
        name: &str,
        call: impl FnOnce(&mut Entry) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        call(self.lock().get_mut(name).ok_or_else(|| ApiError::not_found(name))?)
    }

    /// Ends the transition of a pipe, unless its worker has a newer command.
    pub fn finish(
        &self,
        name: &str,
        commands: &watch::Receiver<Command>,
        state: CurrentState,
        reason: Option<String>,
    ) {
        let mut pipes = self.lock();
        let entry = pipes.get_mut(name).filter(|_| commands.has_changed().is_ok_and(|changed| !changed));
        if let Some(entry) = entry {
            entry.resource.finish(state, reason);
        }
    }

    pub fn remove(&self, name: &str) {
        self.lock().remove(name);
    }

    pub fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
