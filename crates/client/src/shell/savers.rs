use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::queue::Queue;
use super::saver::Saver;
use super::store::Store;

/// The savers of a client, by the name of the progress in the store.
pub(super) struct Savers {
    store: Option<Arc<dyn Store>>,
    running: Mutex<HashMap<String, Running>>,
}

struct Running {
    saver: Arc<Saver>,
    task: JoinHandle<()>,
}

impl Savers {
    pub fn new(store: Option<Arc<dyn Store>>) -> Self {
        Self { store, running: Mutex::default() }
    }

    /// Returns the queue of a new subscription, and its saver if there is a store.
    pub fn add(
        self: &Arc<Self>,
        name: String,
        subjects: usize,
        newest_only: bool,
    ) -> (Arc<Queue>, Option<Arc<Saver>>) {
        let mut running = self.running();
        let saver = self.store.as_ref().map(|store| match running.get(&name) {
            Some(known) => known.saver.clone(),
            None => self.start(&mut running, store.clone(), &name),
        });
        let changed = saver.as_ref().map_or_else(|| Arc::new(Notify::new()), |saver| saver.changed.clone());
        let queue = Arc::new(Queue::new(name, subjects, newest_only, changed));
        saver.iter().for_each(|saver| saver.add(queue.clone()));
        (queue, saver)
    }

    /// Closes a subscription. Its progress is saved once more.
    pub fn close(&self, queue: &Arc<Queue>) {
        if queue.close() {
            let running = self.running();
            running.get(&queue.name).into_iter().for_each(|running| running.saver.close(queue));
        }
    }

    /// Closes every subscription, also one whose progress is being loaded. Waits until all progress is saved.
    pub async fn finish(&self) {
        let running: Vec<_> = self.running().drain().map(|(_, running)| running).collect();
        running.iter().for_each(|running| running.saver.close_all());
        for Running { task, .. } in running {
            // A panic of a store is logged by tokio.
            let _ = task.await;
        }
    }

    fn start(
        self: &Arc<Self>,
        running: &mut HashMap<String, Running>,
        store: Arc<dyn Store>,
        name: &str,
    ) -> Arc<Saver> {
        let saver = Arc::new(Saver::new(store, name.to_owned()));
        let (savers, own, name) = (self.clone(), saver.clone(), name.to_owned());
        let task = tokio::spawn({
            let name = name.clone();
            async move { own.run(|| savers.remove_unused(&name)).await }
        });
        running.insert(name, Running { saver: saver.clone(), task });
        saver
    }

    /// Returns whether the saver has no subscriptions any more.
    fn remove_unused(&self, name: &str) -> bool {
        let mut running = self.running();
        let is_unused = running.get(name).is_none_or(|running| running.saver.is_unused());
        if is_unused {
            running.remove(name);
        }
        is_unused
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
