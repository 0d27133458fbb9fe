//! API Gateway's WebSocket API on one machine: routes, events, limits and `@connections`.
//!
//! # Layout
//! - `state`: the state that all sessions share; `stage`, `call`, `identity`, `authorization`: data of events
//! - `upgrade`, `handshake`: the request for a connection; `foreign_origin`: of a page that may not connect
//! - `session`: one client, from before `$connect` until after `$disconnect`
//! - `connect`: calls `$connect`; `authorizer`: calls the authorizer before it; `policy`: reads its response
//! - `messages`: calls the function for each message
//! - `socket`, `duplex`: reads and writes frames; `connection`: the send buffer and the deadlines; `close`:
//!   close codes
//! - `routes`, `event`, `integration`, `response`: which function a route calls, with which event, and its
//!   response
//! - `management`, `registry`: `@connections`
//! - `limits`: all limits; `error`: all error responses; `ids`, `time`: formats of API Gateway
//!
//! # Differences from AWS
//! - Requests to `@connections` need a signature, but the gateway does not verify it.
//! - The gateway always calls `$disconnect`. AWS calls it on a best-effort basis, so do not rely on it.
//! - The gateway does not throttle requests: 429 means a full send buffer. There is no stage in the path.
//! - Routes have no route response: the gateway discards the response of a function to a message.
//! - Only web pages from this machine and of `--origin` may connect. On AWS, the authorizer alone decides.
//! - The authorizer has no identity sources: the gateway calls it without a token, too.
//!
//! As on AWS, without an authorizer any program that reaches the port may connect.

mod authorization;
mod authorizer;
mod call;
mod close;
mod connect;
mod connection;
mod duplex;
mod error;
mod event;
mod foreign_origin;
mod handshake;
mod identity;
mod ids;
mod integration;
pub mod limits;
mod management;
mod messages;
mod policy;
mod registry;
mod response;
mod routes;
mod session;
mod socket;
mod stage;
mod state;
mod time;
mod upgrade;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;
use tablecast_pipes::invoke::Invoke;

use crate::clock::Clock;
use crate::origins::Origins;
use ids::Ids;
use registry::Registry;
use state::GatewayState;

pub use routes::Routes;
pub use stage::Stage;

/// The gateway. Clones share its connections.
pub struct Gateway<I>(Arc<GatewayState<I>>);

impl<I: Invoke> Gateway<I> {
    /// Creates a gateway that calls the functions of `routes` through `invoke`, for programs, pages of this
    /// machine, and pages of `origins`.
    pub fn new(invoke: I, stage: Stage, routes: Routes, clock: Clock, origins: Origins) -> Self {
        let (ids, registry) = (Ids::default(), Registry::new());
        Self(Arc::new(GatewayState { invoke, stage, routes, clock, origins, ids, registry }))
    }

    /// Returns a router with `/` for clients and `/@connections/{id}` for the backend.
    ///
    /// Bind the server to the loopback address, and serve the router with [`tablecast_pipes::server::serve`].
    pub fn router(&self) -> Router {
        let connections = get(management::get::<I>)
            .post(management::post::<I>)
            .delete(management::delete::<I>)
            .route_layer(from_fn(management::authorize));
        Router::new()
            .route("/", get(upgrade::upgrade::<I>))
            .route("/@connections/{id}", connections)
            .with_state(self.0.clone())
    }

    /// Closes every connection with 1001 and rejects new ones with 503.
    /// Waits until `$disconnect` was called for each, but not longer than [`limits::STOP_WAIT`].
    pub async fn stop(&self) {
        self.0.registry.stop().await;
    }
}

impl<I> Clone for Gateway<I> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
