//! The API of EventBridge Pipes, and pipes that really run: DynamoDB Streams in, Lambda for enrichment and target,
//! SQS for dead letters. What it calls is AWS or an emulator of it, as `AWS_ENDPOINT_URL` says.
//!
//! The runner is that of the one-machine mode, [`crate::pipes`]; only its ends are others.
//!
//! # Layout
//! - `routes`: the HTTP calls; `list`, `tags`: two of them in full; `refusal`: what is answered to bad ones
//! - `definition`: what a caller has said of a pipe, merged over its updates
//! - `plan`: what is to run, out of a definition; `rule`: AWS's ranges and its words for breaking them; `arn`
//! - `registry`: all pipes; `resource`: one of them, as it is described; `worker`: makes it run as desired
//! - `wire`: the ends of a pipe: streams, functions, queues
//!
//! # Unlike AWS
//! - Pipes, and how far they have read, live in memory: they end with this process.
//! - A repeated identical create is answered as the first one was.
//! - The stream is read with this process's own credentials, functions and queues are called as the pipe's role.

mod arn;
mod definition;
mod list;
mod plan;
mod refusal;
mod registry;
mod resource;
mod routes;
mod rule;
mod tags;
mod wire;
mod worker;

use std::future::Future;
use std::io;

use axum::middleware::from_fn;
use tokio::net::TcpListener;

use crate::loopback::only_by_a_local_name;
use registry::Registry;

pub use wire::Wire;

/// Serves the API and runs its pipes until `shutdown`; then pipes have a moment to end what they do.
pub async fn serve(
    listener: TcpListener,
    wire: Wire,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let registry = Registry::new(wire);
    let mut router = routes::router(registry.clone());
    if listener.local_addr()?.ip().is_loopback() {
        router = router.layer(from_fn(only_by_a_local_name));
    }
    tokio::select! {
        served = async { axum::serve(listener, router).await } => served?,
        () = shutdown => (),
    }
    registry.end_all().await;
    Ok(())
}
