//! The function binaries, unmodified, behind a Lambda Runtime API on a loopback port of its own.
//!
//! # Layout
//! - `settings`: which functions there are and what they may do
//! - `pool`: gives each call an idle process, or starts one
//! - `instance`: one process from its start to its end, one invocation at a time
//! - `runtime_api`: the HTTP side that a process polls; `message`: what is said there
//! - `process`: the child itself, in an environment of its own
//! - `output`: what a child prints, made readable

mod instance;
mod message;
mod output;
mod pool;
mod process;
mod runtime_api;
mod settings;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::task::JoinSet;

use crate::invoke::{Invoke, InvokeError};
use pool::Pool;
use runtime_api::RuntimeApi;

pub use settings::{Function, Settings, SettingsError};

/// Lambda: 6 MB for a request, and as much for an answer.
pub const MAX_PAYLOAD_BYTES: usize = 6 * 1024 * 1024;

/// Clones are the same functions. Their processes end by [`Functions::stop`], or with the tokio runtime.
#[derive(Clone)]
pub struct Functions {
    pools: Arc<HashMap<String, Pool>>,
    tasks: Tasks,
}

/// Everything that runs for the functions: aborting a process's task kills the process.
#[derive(Clone, Default)]
struct Tasks(Arc<Mutex<JoinSet<()>>>);

impl Functions {
    /// Checks that every binary is there and opens the Runtime API; no process starts before its first call.
    pub async fn start(settings: Settings) -> Result<Self, SettingsError> {
        settings.check()?;
        let tasks = Tasks::default();
        let api = RuntimeApi::open(&tasks).await.map_err(SettingsError::RuntimeApi)?;
        let settings = Arc::new(settings);
        let pool = |function: &Function| Pool::new(function, &settings, &api, &tasks);
        let pools = settings.functions.iter().map(|function| (function.name.clone(), pool(function)));
        Ok(Self { pools: Arc::new(pools.collect()), tasks: tasks.clone() })
    }

    /// Kills every process and returns when they are gone; calls under way and later ones fail.
    pub async fn stop(&self) {
        self.pools.values().for_each(Pool::close);
        let mut running = std::mem::take(&mut *self.tasks.lock());
        running.shutdown().await;
    }
}

impl Invoke for Functions {
    async fn invoke(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let pool = self.pools.get(function).ok_or_else(|| InvokeError::Unknown(function.to_owned()))?;
        within_limit(function, "a request", payload.len())?;
        pool.call(payload).await
    }
}

impl Tasks {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.lock();
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, JoinSet<()>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn within_limit(function: &str, what: &'static str, bytes: usize) -> Result<(), InvokeError> {
    match bytes > MAX_PAYLOAD_BYTES {
        true => Err(InvokeError::TooLarge { function: function.to_owned(), what, bytes }),
        false => Ok(()),
    }
}
