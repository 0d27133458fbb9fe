//! Runs the unmodified function binaries behind a Lambda Runtime API on a loopback port.
//!
//! # Layout
//! - `config`: the functions, their environment and their limits
//! - `pool`: gives each call, a `job`, to an idle process or starts a new one
//! - `instance`: one process from its start to its end, with one invocation at a time
//! - `runtime_api`: the HTTP API that a process polls; `message`: its messages to the instance; `payload`:
//!   the limit
//! - `process`: the child process and its environment; `output`: prints its lines to our log
//! - `tasks`: the tasks of all functions

mod config;
mod instance;
mod job;
mod message;
mod output;
mod payload;
mod pool;
mod process;
mod runtime_api;
mod tasks;

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tablecast_pipes::invoke::{Invoke, InvokeError};

use crate::current::Current;
use pool::Pool;
use runtime_api::RuntimeApi;
use tasks::Tasks;

pub use config::{ConfigError, Function, FunctionsConfig};
pub use payload::MAX_PAYLOAD_BYTES;

/// All functions. Clones share their processes, which end with [`Functions::stop`] or with the tokio runtime.
#[derive(Clone)]
pub struct Functions {
    pools: Current<Pools>,
    api: RuntimeApi,
    tasks: Tasks,
}

/// The processes of each function by its name.
type Pools = HashMap<String, Pool>;

impl Functions {
    /// Checks that all binaries exist, and opens the Runtime API. A process starts with its first call.
    pub async fn start(config: FunctionsConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let tasks = Tasks::default();
        let api = RuntimeApi::open(&tasks).await.map_err(ConfigError::RuntimeApi)?;
        Ok(Self { pools: Current::new(pools(config, &api, &tasks)), api, tasks })
    }

    /// Starts new processes for all calls from now on. The old processes end when they have finished their calls.
    pub fn replace(&self, config: FunctionsConfig) {
        let old = self.pools.replace(pools(config, &self.api, &self.tasks));
        old.values().for_each(Pool::retire);
    }

    /// Returns whether there is such a function.
    pub fn has(&self, name: &str) -> bool {
        self.pools.get().contains_key(name)
    }

    /// Calls a function for a caller that does not wait. The call is never throttled.
    pub async fn invoke_in_turn(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        self.pool(function, &payload)?.call_in_turn(payload).await
    }

    /// The processes for a call with this payload.
    fn pool(&self, function: &str, payload: &Bytes) -> Result<Pool, InvokeError> {
        let pool = self.pools.get().get(function).cloned();
        let pool = pool.ok_or_else(|| InvokeError::Unknown(function.to_owned()))?;
        payload::check(function, "a request", payload.len())?;
        Ok(pool)
    }

    /// Kills all processes, and returns when they are gone. Current and later calls fail.
    pub async fn stop(&self) {
        self.pools.get().values().for_each(Pool::close);
        self.tasks.shut_down().await;
    }
}

fn pools(config: FunctionsConfig, api: &RuntimeApi, tasks: &Tasks) -> Pools {
    let config = Arc::new(config);
    let pool = |function: &Function| Pool::new(function, &config, api, tasks);
    config.functions.iter().map(|function| (function.name.clone(), pool(function))).collect()
}

impl Invoke for Functions {
    async fn invoke(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        self.pool(function, &payload)?.call(payload).await
    }
}
