//! An HTTP server for this machine that clients with half a request cannot exhaust.
//!
//! A connection waits for its client from its start, or from the first byte of a further request, until the
//! whole request has arrived. Each request must arrive within [`REQUEST_TIMEOUT`], and at most
//! [`MAX_WAITING`] connections wait: the server closes the oldest one.
//!
//! # Layout
//! - `connection`: serves one connection
//! - `waiting`: the connections that wait for their client
//! - `body`: a request body that must arrive in time; `watched_stream`: sees the first byte of a request

mod body;
mod connection;
mod waiting;
mod watched_stream;

use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::warn;

use waiting::Waiting;

/// The time for one request, from its first to its last byte. It also limits an idle connection.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The number of connections that may wait for their client.
pub const MAX_WAITING: usize = 1_024;
/// The server closes no connection that waits for less than this time. It accepts no more until then.
const MIN_WAIT: Duration = Duration::from_secs(1);
/// After an error such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// Serves the router until `shutdown`. Then it waits for the requests in progress. Dropping the future drops
/// all connections except upgraded ones.
pub async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>) {
    let (stop, stopped) = watch::channel(());
    let waiting = Waiting::new(MAX_WAITING, MIN_WAIT);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, client) = tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &waiting) => accepted,
        };
        connections.spawn(connection::serve(stream, client, router.clone(), waiting.seat(), stopped.clone()));
    }
    drop((listener, stop));
    while connections.join_next().await.is_some() {}
}

async fn accept(listener: &TcpListener, waiting: &Waiting) -> (TcpStream, SocketAddr) {
    loop {
        waiting.make_room().await;
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_about_the_client(error.kind()) => {}
            Err(error) => {
                warn!("cannot accept a connection: {error}; trying again in {ACCEPT_PAUSE:?}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn is_about_the_client(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}

#[cfg(test)]
mod tests;
