//! Conformance tests for clients in any language: a scripted gateway plays the scenarios of
//! `scenarios/*.yaml` over a real WebSocket, and a client program proves the rules of
//! docs/reference/client.md.
//!
//! # Layout
//! - `scenario`: reads the scenarios; `step`: what one step does; `notation`: their short forms
//! - `events`: the CloudEvents that the gateway sends; `replies`: its replies
//! - `run`: plays one scenario; `perform`: its steps; `loaded`: the start of a collection
//! - `gateway`: accepts connections; `connection`: one of them
//! - `adapter`: the client program; `configuration`: its argument
//! - `lines`: the lines that it prints; `items`: those of collections
//! - `clients`: the clients of `clients.yaml`; `suite`: all scenarios against one client
//! - `page`: the tables of docs/reference/client.md

pub mod adapter;
pub mod clients;
mod configuration;
mod connection;
mod events;
mod gateway;
mod items;
mod lines;
mod loaded;
mod notation;
pub mod page;
mod perform;
mod replies;
pub mod run;
pub mod scenario;
pub mod step;
pub mod suite;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

/// The longest wait for one step, if not set. A busy machine is slow.
const DEFAULT_PATIENCE: Duration = Duration::from_secs(30);

static PATIENCE: OnceLock<Duration> = OnceLock::new();

/// Sets the longest wait for one step, once.
pub fn set_patience(time: Duration) {
    let _ = PATIENCE.set(time);
}

/// Why a scenario failed.
pub type Failure = String;

/// The root folder of the project.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Waits with a limit. Returns what did not happen.
async fn within<T>(what: &str, future: impl Future<Output = T>) -> Result<T, Failure> {
    let time = *PATIENCE.get_or_init(|| DEFAULT_PATIENCE);
    let result = tokio::time::timeout(time, future).await;
    result.map_err(|_| format!("{what}: nothing happened within {} s", time.as_secs()))
}
