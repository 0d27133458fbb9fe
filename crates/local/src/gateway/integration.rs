//! Calls the function of a route.

use axum::http::StatusCode;
use bytes::Bytes;
use serde::Serialize;
use tablecast_pipes::invoke::{Invoke, InvokeError};

use super::event::Event;
use super::limits::INTEGRATION;
use super::routes::Route;
use super::state::GatewayState;

/// Why a call failed, with the error for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The function failed.
    Function,
    /// The call took longer than [`INTEGRATION`].
    TimedOut,
}

impl Failure {
    pub fn status(self) -> StatusCode {
        match self {
            Self::Function => StatusCode::BAD_GATEWAY,
            Self::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    pub fn message(self) -> &'static str {
        match self {
            Self::Function => "Internal server error",
            Self::TimedOut => "Endpoint request timed out",
        }
    }
}

/// Calls the function of a route and returns its response.
pub async fn call_route<I: Invoke>(
    state: &GatewayState<I>,
    route: &Route,
    event: &Event<'_>,
) -> Result<Bytes, Failure> {
    let Route { key, function } = route;
    let response = invoke(state, function, event).await.ok_or_else(|| {
        tracing::warn!(function, route = key, "the function took longer than {INTEGRATION:?}");
        Failure::TimedOut
    })?;
    response.map_err(|error| {
        tracing::warn!(%error, route = key, "the function of a route failed");
        Failure::Function
    })
}

/// Returns the response of a function, or `None` after [`INTEGRATION`].
pub async fn invoke<I: Invoke>(
    state: &GatewayState<I>,
    function: &str,
    event: &impl Serialize,
) -> Option<Result<Bytes, InvokeError>> {
    // Serialization cannot fail: all keys of an event are strings.
    let payload = serde_json::to_vec(event).unwrap_or_default();
    let deadline = state.clock.now() + INTEGRATION;
    tokio::select! {
        response = state.invoke.invoke(function, payload.into()) => Some(response),
        () = state.clock.sleep_until(deadline) => None,
    }
}
