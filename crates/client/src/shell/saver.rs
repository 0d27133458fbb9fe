use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, Notify};
use tokio::task::spawn_blocking;

use super::queue::Queue;
use super::store::{BoxError, Store};
use crate::machine::Progress;

/// Saves the progress under one name: the least of all open subscriptions with this name. Combines changes, and runs
/// at most one save at a time.
pub(super) struct Saver {
    store: Arc<dyn Store>,
    name: String,
    subscriptions: Mutex<Vec<Saved>>,
    /// The last text in the store. Locked while a save runs.
    saved: AsyncMutex<String>,
    pub changed: Arc<Notify>,
}

#[derive(Clone)]
struct Saved {
    queue: Arc<Queue>,
    is_closed: bool,
}

impl Saver {
    pub fn new(store: Arc<dyn Store>, name: String) -> Self {
        let (subscriptions, saved, changed) = Default::default();
        Self { store, name, subscriptions, saved, changed }
    }

    pub fn add(&self, queue: Arc<Queue>) {
        self.subscriptions().push(Saved { queue, is_closed: false });
    }

    /// The next save is the last one for this subscription.
    pub fn close(&self, queue: &Arc<Queue>) {
        self.close_if(|saved| Arc::ptr_eq(&saved.queue, queue));
    }

    pub fn close_all(&self) {
        self.close_if(|_| true);
    }

    fn close_if(&self, predicate: impl Fn(&Saved) -> bool) {
        for saved in self.subscriptions().iter_mut().filter(|saved| predicate(saved)) {
            saved.queue.close();
            saved.is_closed = true;
        }
        self.changed.notify_one();
    }

    pub fn is_unused(&self) -> bool {
        self.subscriptions().is_empty()
    }

    /// Saves first: the progress of a subscription that was just closed is in the store. Returns an empty progress if
    /// the store fails. The subscription then reports that events may be missing.
    pub async fn load(&self, queue: &Queue) -> Option<String> {
        self.save().await;
        let (store, name) = (self.store.clone(), self.name.clone());
        let loaded = spawn_blocking(move || store.load(&name)).await;
        match loaded.unwrap_or_else(|panic| Err(panic.into())) {
            Ok(progress) => progress,
            Err(error) => {
                queue.store_failed(format!("cannot load the progress {}: {error}", self.name));
                Some(String::new())
            }
        }
    }

    /// Saves after each change, until `is_finished` after a save.
    pub async fn run(&self, is_finished: impl Fn() -> bool) {
        loop {
            self.changed.notified().await;
            self.save().await;
            if self.is_unused() && is_finished() {
                return;
            }
        }
    }

    async fn save(&self) {
        let mut saved = self.saved.lock().await;
        let subscriptions = self.subscriptions().clone();
        let progress: Vec<_> = subscriptions.iter().filter_map(|saved| saved.queue.progress()).collect();
        let least = Progress::least(&progress);
        // The stored progress stays while no subscription has one.
        if !least.is_empty() && least.text() != *saved {
            *saved = least.text();
            if let Err(error) = self.save_text(saved.clone()).await {
                let text = format!("cannot save the progress {}: {error}", self.name);
                subscriptions.iter().for_each(|saved| saved.queue.store_failed(text.clone()));
                saved.clear();
            }
        }
        self.remove_closed(&subscriptions);
    }

    async fn save_text(&self, text: String) -> Result<(), BoxError> {
        let (store, name) = (self.store.clone(), self.name.clone());
        spawn_blocking(move || store.save(&name, &text)).await?
    }

    /// Removes the subscriptions that were closed before the save. The others may have more progress.
    fn remove_closed(&self, before: &[Saved]) {
        let is_done =
            |one: &Saved| before.iter().any(|saved| saved.is_closed && Arc::ptr_eq(&saved.queue, &one.queue));
        let mut subscriptions = self.subscriptions();
        let count = subscriptions.len();
        subscriptions.retain(|saved| !is_done(saved));
        if subscriptions.len() < count {
            self.changed.notify_one();
        }
    }

    fn subscriptions(&self) -> MutexGuard<'_, Vec<Saved>> {
        self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
