use std::future::pending;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::post;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;
use tablecast_definitions::definition::Seconds;
use tablecast_pipes::loopback::require_loopback_host;
use tablecast_pipes::server;
use tokio::net::TcpListener;

use super::task::Task;
use crate::assets;
use crate::clock::Clock;
use crate::functions::Functions;
use crate::gateway::Gateway;
use crate::page::Page;
use crate::refusals;

/// Serves everything but DynamoDB on one port. With a clock, tests can advance it.
pub fn serve(
    listener: TcpListener,
    gateway: &Gateway<Functions>,
    page: &Page,
    others: Router,
    clock: Option<Clock>,
) -> Task {
    let router = gateway.router().layer(from_fn_with_state(page.clone(), Page::serve_at_root));
    let router = router.merge(page.router()).merge(others);
    let router = clock.into_iter().fold(router, |router, clock| router.merge(clock_router(clock)));
    let router = router.layer(from_fn(require_loopback_host)).layer(from_fn(refusals::log));
    let router = router.layer(from_fn(assets::restrict));
    Task::spawn(server::serve(listener, router, pending()))
}

fn clock_router(clock: Clock) -> Router {
    Router::new().route("/clock", post(advance)).with_state(clock)
}

async fn advance(State(clock): State<Clock>, RawQuery(query): RawQuery) -> Result<(), (StatusCode, String)> {
    let query = query.unwrap_or_default();
    let usage = || (StatusCode::BAD_REQUEST, "use /clock?advance=10m\n".to_owned());
    let span = query.strip_prefix("advance=").ok_or_else(usage)?;
    let span = Seconds::deserialize(IntoDeserializer::<Error>::into_deserializer(span));
    clock.advance(span.map_err(|_| usage())?.duration());
    Ok(())
}
