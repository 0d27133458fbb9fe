use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long killed processes may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// The tasks of all functions. Aborting the task of a process kills the process.
#[derive(Clone, Default)]
pub struct Tasks {
    running: Arc<Mutex<JoinSet<()>>>,
    stop: Arc<watch::Sender<bool>>,
}

/// Signals the task of a process to kill it. The task holds this until the process is gone.
pub struct Stop(watch::Receiver<bool>);

impl Tasks {
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.lock();
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    pub fn stop(&self) -> Stop {
        Stop(self.stop.subscribe())
    }

    /// Kills all processes, waits until they are gone, and aborts the other tasks.
    pub async fn shut_down(&self) {
        self.stop.send_replace(true);
        if timeout(GRACE, self.stop.closed()).await.is_err() {
            tracing::warn!("some processes of functions did not end within {GRACE:?} after they were killed");
        }
        let mut running = std::mem::take(&mut *self.lock());
        running.shutdown().await;
    }

    fn lock(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stop {
    /// Returns when the functions are to stop.
    pub async fn requested(&mut self) {
        // Fails only after all tasks are gone.
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}
