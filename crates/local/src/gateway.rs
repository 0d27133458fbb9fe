//! API Gateway's WebSocket side on one machine: routes, events, limits and `@connections`.
//!
//! # Layout
//! - `upgrade`, `handshake`: a client asks for a connection
//! - `session`: one client, from before `$connect` until after `$disconnect`; `verdict`: may it come in?
//! - `authorizer`: asked before `$connect`; `policy`: what it answers
//! - `socket`, `duplex`: its frames; `connection`: its send buffer and its deadlines; `close`: how it ended
//! - `routes`, `event`, `integration`: which function is called, with what, for how long
//! - `management`, `registry`: `@connections`
//! - `limits`: every limit; `refusal`: every no
//!
//! # Unlike AWS
//! - Signatures of `@connections` requests must be there but are not verified.
//! - `$disconnect` is always called; on AWS it is best effort, so nothing may rely on it.
//! - There is no throttling (429 comes from full send buffers only), no stage in the path, no route
//!   response: what a function answers to a message goes nowhere.
//! - Without an authorizer, web pages may connect from this machine's own origins only; on AWS from any.
//! - An authorizer has no identity sources: without a token it is called, too.
//!
//! As on AWS without an authorizer, every program that reaches the port may connect.

mod authorizer;
mod close;
mod connection;
mod duplex;
mod event;
mod handshake;
mod id;
mod integration;
pub mod limits;
mod management;
mod policy;
mod refusal;
mod registry;
mod routes;
mod session;
mod socket;
mod time;
mod upgrade;
mod verdict;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;

pub use routes::Routes;

use crate::clock::Clock;
use crate::gateway::event::Call;
use crate::gateway::id::Ids;
use crate::gateway::registry::Registry;
use crate::invoke::Invoke;

/// What events say about where they come from.
#[derive(Debug, Clone)]
pub struct Stage {
    /// `abcd123`, as API Gateway would name the API.
    pub api_id: String,
    /// The stage's name.
    pub name: String,
    /// The endpoint's host, without scheme or path.
    pub domain_name: String,
    /// `arn:aws:execute-api:<region>:<account>:<api>`: what policies of authorizers are about.
    pub execution_arn: String,
}

/// The gateway. Clones are the same gateway.
pub struct Gateway<I> {
    shared: Arc<Shared<I>>,
}

/// What the sessions of a gateway share.
struct Shared<I> {
    invoke: I,
    stage: Stage,
    routes: Routes,
    clock: Clock,
    ids: Ids,
    registry: Registry,
}

impl<I: Invoke> Gateway<I> {
    /// A gateway that calls the functions of `routes` through `invoke`.
    pub fn new(invoke: I, stage: Stage, routes: Routes, clock: Clock) -> Self {
        let (ids, registry) = (Ids::default(), Registry::new());
        Self { shared: Arc::new(Shared { invoke, stage, routes, clock, ids, registry }) }
    }

    /// `/` for clients and `/@connections/{id}` for the backend.
    ///
    /// Whoever serves it sets `TCP_NODELAY` (small frames would wait for Nagle's algorithm), serves with
    /// upgrades and with `into_make_service_with_connect_info::<SocketAddr>()` (the clients' addresses),
    /// bounds how long a request's headers may take, and binds to the loopback.
    pub fn router(&self) -> Router {
        let connections = get(management::get::<I>)
            .post(management::post::<I>)
            .delete(management::delete::<I>)
            .route_layer(from_fn(management::authorize));
        Router::new()
            .route("/", get(upgrade::upgrade::<I>))
            .route("/@connections/{id}", connections)
            .with_state(self.clone())
    }

    /// Closes every connection with 1001 and waits, for [`limits::STOP_WAIT`] at most, until
    /// `$disconnect` was called for each. New connections are refused with 503.
    pub async fn stop(&self) {
        self.shared.registry.stop().await;
    }

    fn next_call(&self) -> Call {
        Call { request_id: self.shared.ids.next(), at: self.shared.clock.epoch_millis() }
    }
}

impl<I> Clone for Gateway<I> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}
