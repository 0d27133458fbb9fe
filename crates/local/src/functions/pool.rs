use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tablecast_pipes::invoke::InvokeError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;

use super::config::{Function, FunctionsConfig};
use super::instance::{Instance, Invoked};
use super::job::Job;
use super::runtime_api::RuntimeApi;
use super::tasks::{Stop, Tasks};

/// The processes of one function. A busy process holds a permit, an idle one waits for a job.
#[derive(Clone)]
pub struct Pool(Arc<Shared>);

struct Shared {
    function: Function,
    config: Arc<FunctionsConfig>,
    api: RuntimeApi,
    tasks: Tasks,
    permits: Arc<Semaphore>,
    /// A stack: the last idle process works first, so that the others can end. `None` after [`Pool::retire`].
    idle: Mutex<Option<Idle>>,
}

/// The channels to the idle processes. Dropping a channel ends its process.
type Idle = Vec<oneshot::Sender<Job>>;

impl Pool {
    pub fn new(function: &Function, config: &Arc<FunctionsConfig>, api: &RuntimeApi, tasks: &Tasks) -> Self {
        Self(Arc::new(Shared {
            function: function.clone(),
            config: config.clone(),
            api: api.clone(),
            tasks: tasks.clone(),
            permits: Arc::new(Semaphore::new(config.instances)),
            idle: Mutex::new(Some(Vec::new())),
        }))
    }

    /// Waits a limited time for a process.
    pub async fn call(&self, payload: Bytes) -> Result<Bytes, InvokeError> {
        match timeout(self.0.config.wait, self.permit()).await {
            Ok(permit) => self.run_call(payload, permit?).await,
            Err(_) => Err(InvokeError::Throttled(self.0.function.name.clone())),
        }
    }

    /// Waits for a process as long as it takes. Calls that came earlier get theirs first.
    pub async fn call_in_turn(&self, payload: Bytes) -> Result<Bytes, InvokeError> {
        self.run_call(payload, self.permit().await?).await
    }

    /// Runs the call to its end, like Lambda, even if the caller cancels it.
    async fn run_call(&self, payload: Bytes, permit: OwnedSemaphorePermit) -> Result<Bytes, InvokeError> {
        let (reply, result) = oneshot::channel();
        self.submit(Job { payload, reply, permit });
        result.await.unwrap_or_else(|_| Err(self.stopping()))
    }

    /// Fails the calls that wait for a process, and all later ones.
    pub fn close(&self) {
        self.0.permits.close();
        self.retire();
    }

    /// Ends the idle processes now, and the others after the calls that they have.
    pub fn retire(&self) {
        *self.idle() = None;
    }

    /// Gives the job to an idle process, or starts a new one.
    fn submit(&self, mut job: Job) {
        while let Some(process) = self.pop_idle() {
            match process.send(job) {
                Ok(()) => return,
                Err(returned) => job = returned,
            }
        }
        match Instance::start(&self.0.function, &self.0.config, &self.0.api) {
            Ok(instance) => self.0.tasks.spawn(self.clone().run(instance, job, self.0.tasks.stop())),
            Err(error) => job.finish(Err(error)),
        }
    }

    /// Runs jobs in an instance until it ends, or kills it when the functions stop.
    async fn run(self, mut instance: Instance, first: Job, mut stop: Stop) {
        tokio::select! {
            () = self.run_jobs(&mut instance, first) => (),
            () = stop.requested() => instance.kill().await,
        }
    }

    async fn run_jobs(&self, instance: &mut Instance, first: Job) {
        let mut next = Some(first);
        while let Some(job) = next {
            next = match instance.invoke(job.payload.clone()).await {
                Invoked::Completed(result) => {
                    let offer = self.offer_idle();
                    job.finish(result);
                    self.wait_for_job(instance, offer).await
                }
                Invoked::NotSent => {
                    self.submit(job);
                    None
                }
                Invoked::Broken(error) => {
                    instance.kill().await;
                    job.finish(Err(error));
                    None
                }
            };
        }
    }

    /// Returns the next job, or `None` when the idle process has ended.
    async fn wait_for_job(&self, instance: &mut Instance, mut offer: oneshot::Receiver<Job>) -> Option<Job> {
        tokio::select! {
            biased;
            job = &mut offer => return job.ok(),
            () = instance.idle() => (),
        }
        offer.close();
        if let Ok(job) = offer.try_recv() {
            self.submit(job);
        }
        None
    }

    /// Offers an idle process. It receives its next job through the channel, which is closed after
    /// [`Pool::retire`].
    fn offer_idle(&self) -> oneshot::Receiver<Job> {
        let (process, job) = oneshot::channel();
        if let Some(idle) = self.idle().as_mut() {
            idle.retain(|waiting| !waiting.is_closed());
            idle.push(process);
        }
        job
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, InvokeError> {
        self.0.permits.clone().acquire_owned().await.map_err(|_| self.stopping())
    }

    fn stopping(&self) -> InvokeError {
        let function = self.0.function.name.clone();
        InvokeError::Exited { function, how: "the local mode is stopping".to_owned() }
    }

    fn pop_idle(&self) -> Option<oneshot::Sender<Job>> {
        self.idle().as_mut()?.pop()
    }

    fn idle(&self) -> MutexGuard<'_, Option<Idle>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
