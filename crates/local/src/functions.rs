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

use pool::Pool;
use runtime_api::RuntimeApi;
use tasks::Tasks;

pub use config::{ConfigError, Function, FunctionsConfig};
pub use payload::MAX_PAYLOAD_BYTES;

/// All functions. Clones share their processes, which end with [`Functions::stop`] or with the tokio runtime.
#[derive(Clone)]
pub struct Functions {
    pools: Arc<HashMap<String, Pool>>,
    tasks: Tasks,
}

impl Functions {
    /// Checks that all binaries exist, and opens the Runtime API. A process starts with its first call.
    pub async fn start(config: FunctionsConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let tasks = Tasks::default();
        let api = RuntimeApi::open(&tasks).await.map_err(ConfigError::RuntimeApi)?;
        let config = Arc::new(config);
        let pool = |function: &Function| Pool::new(function, &config, &api, &tasks);
        let pools = config.functions.iter().map(|function| (function.name.clone(), pool(function)));
        Ok(Self { pools: Arc::new(pools.collect()), tasks: tasks.clone() })
    }

    /// Kills all processes, and returns when they are gone. Current and later calls fail.
    pub async fn stop(&self) {
        self.pools.values().for_each(Pool::close);
        self.tasks.shut_down().await;
    }
}

impl Invoke for Functions {
    async fn invoke(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let pool = self.pools.get(function).ok_or_else(|| InvokeError::Unknown(function.to_owned()))?;
        payload::check(function, "a request", payload.len())?;
        pool.call(payload).await
    }
}
