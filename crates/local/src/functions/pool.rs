use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;

use super::instance::Instance;
use super::runtime_api::RuntimeApi;
use super::{Function, Settings, Tasks};
use crate::invoke::InvokeError;

/// The processes of one function: busy ones hold a permit, idle ones wait for a job.
#[derive(Clone)]
pub struct Pool(Arc<Shared>);

struct Shared {
    function: Function,
    settings: Arc<Settings>,
    api: RuntimeApi,
    tasks: Tasks,
    permits: Arc<Semaphore>,
    /// The last to become idle is the first to work again, so that the others can end.
    idle: Mutex<Vec<oneshot::Sender<Job>>>,
}

/// An invocation on its way to a process.
pub struct Job {
    pub payload: Bytes,
    reply: oneshot::Sender<Result<Bytes, InvokeError>>,
    permit: OwnedSemaphorePermit,
}

impl Pool {
    pub fn new(function: &Function, settings: &Arc<Settings>, api: &RuntimeApi, tasks: &Tasks) -> Self {
        Self(Arc::new(Shared {
            function: function.clone(),
            settings: settings.clone(),
            api: api.clone(),
            tasks: tasks.clone(),
            permits: Arc::new(Semaphore::new(settings.instances)),
            idle: Mutex::default(),
        }))
    }

    /// The call runs to its end even when the caller goes away, as on Lambda.
    pub async fn call(&self, payload: Bytes) -> Result<Bytes, InvokeError> {
        let permit = self.permit().await?;
        let (reply, answer) = oneshot::channel();
        self.submit(Job { payload, reply, permit });
        answer.await.unwrap_or_else(|_| Err(self.stopping()))
    }

    /// Gives the job to an idle process, or to a new one.
    pub fn submit(&self, mut job: Job) {
        while let Some(process) = self.pop_idle() {
            match process.send(job) {
                Ok(()) => return,
                Err(back) => job = back,
            }
        }
        match Instance::start(&self.0.function, &self.0.settings, &self.0.api) {
            Ok(instance) => self.0.tasks.spawn(instance.live(job, self.clone())),
            Err(error) => job.finish(Err(error)),
        }
    }

    /// Offers an idle process; the job comes through the receiver.
    pub fn park(&self) -> oneshot::Receiver<Job> {
        let (process, job) = oneshot::channel();
        let mut idle = self.idle();
        idle.retain(|waiting| !waiting.is_closed());
        idle.push(process);
        job
    }

    /// Calls that wait for a process fail, and so do later ones.
    pub fn close(&self) {
        self.0.permits.close();
        self.idle().clear();
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, InvokeError> {
        let wait: Duration = self.0.settings.wait;
        match timeout(wait, self.0.permits.clone().acquire_owned()).await {
            Ok(permit) => permit.map_err(|_| self.stopping()),
            Err(_) => Err(InvokeError::Throttled(self.0.function.name.clone())),
        }
    }

    fn stopping(&self) -> InvokeError {
        let function = self.0.function.name.clone();
        InvokeError::Ended { function, how: "the local mode is stopping".to_owned() }
    }

    fn pop_idle(&self) -> Option<oneshot::Sender<Job>> {
        self.idle().pop()
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<oneshot::Sender<Job>>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job {
    /// The process counts as free before the caller knows, so that the caller's next call finds it.
    pub fn finish(self, answer: Result<Bytes, InvokeError>) {
        drop(self.permit);
        // A caller that went away does not want the answer.
        let _ = self.reply.send(answer);
    }
}
