//! The EventBridge Pipes API over HTTP. It runs its pipes between AWS resources.
//!
//! # Layout
//! - `routes`: the operations; `list`, `tags`: details of two of them; `error`: the errors of the API
//! - `parameters`: the parameters of a pipe, as callers gave them
//! - `model`: AWS's lengths, ranges and forms; `violations`: AWS's validation messages
//! - `parse`: turns parameters into a pipe that can run
//! - `registry`: changes pipes; `store`: all pipes; `resource`: one pipe, as the API describes it
//! - `worker`: follows each `command` to run, stop or end a pipe
//!
//! # Differences from AWS
//! - Pipes and their checkpoints live in memory. They end with this process.
//! - A repeated identical CreatePipe succeeds.
//! - The process reads the stream with its own credentials. It calls functions and queues with the pipe's
//!   role.

mod command;
mod error;
mod list;
mod model;
mod parameters;
mod parse;
mod registry;
mod resource;
mod routes;
mod store;
mod tags;
mod violations;
mod worker;

use std::future::Future;
use std::io;

use axum::Router;
use axum::middleware::from_fn;
use tokio::net::TcpListener;

use crate::aws::AwsPipes;
use crate::loopback::require_loopback_host;
use crate::server;
use registry::Registry;

/// Returns the routes of the API. Its pipes run in the runtime that calls it.
pub fn router(pipes: AwsPipes) -> Router {
    routes::router(Registry::new(pipes))
}

/// Serves the API and runs its pipes until `shutdown`. Then it waits up to two seconds for the batches in
/// flight.
pub async fn serve(
    listener: TcpListener,
    pipes: AwsPipes,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let registry = Registry::new(pipes);
    let mut router = routes::router(registry.clone());
    if listener.local_addr()?.ip().is_loopback() {
        router = router.layer(from_fn(require_loopback_host));
    }
    tokio::select! {
        () = server::serve(listener, router, std::future::pending()) => (),
        () = shutdown => (),
    }
    registry.end_all().await;
    Ok(())
}
