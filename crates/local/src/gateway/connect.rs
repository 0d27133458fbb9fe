//! `$connect`: decides whether a client gets a connection.

use axum::http::StatusCode;
use bytes::Bytes;
use tablecast_pipes::invoke::Invoke;

use super::authorizer::authorize;
use super::call::Call;
use super::connection::Connection;
use super::error::UpgradeError;
use super::event::Event;
use super::handshake::Handshake;
use super::integration::{Failure, call_route};
use super::response::FunctionResponse;
use super::routes;
use super::state::GatewayState;

/// The agreed sub-protocol, or the error response to the upgrade.
pub type ConnectResult = Result<Option<String>, UpgradeError>;

/// Calls the authorizer and the function of `$connect`. Without that route, the gateway accepts every client.
pub async fn connect<I: Invoke>(
    state: &GatewayState<I>,
    connection: &Connection,
    handshake: &Handshake,
) -> ConnectResult {
    let Some(route) = state.routes.get(routes::CONNECT) else { return Ok(None) };
    authorize(state, connection, handshake).await?;
    let call = state.next_call();
    let event = Event::connect(&state.stage, connection, &call, handshake);
    match call_route(state, &route, &event).await {
        Ok(response) => evaluate(&response, connection, handshake, &call),
        Err(failure) => Err(reject(failure.status(), failure.message(), connection, &call)),
    }
}

fn evaluate(response: &Bytes, connection: &Connection, handshake: &Handshake, call: &Call) -> ConnectResult {
    let response = serde_json::from_slice::<FunctionResponse>(response).map_err(|error| {
        tracing::warn!(%error, "$connect: the function must return {{\"statusCode\": 200}}");
        reject(Failure::Function.status(), Failure::Function.message(), connection, call)
    })?;
    let status = response.status_code;
    if !status.is_success() {
        tracing::info!(%status, reason = response.body(), "$connect rejected a client");
        let error = reject(status, status.canonical_reason().unwrap_or("Refused"), connection, call);
        return Err(error.logged());
    }
    Ok(response.protocol().and_then(|chosen| handshake.protocol(chosen)))
}

fn reject(status: StatusCode, message: &str, connection: &Connection, call: &Call) -> UpgradeError {
    UpgradeError::new(status, message, &connection.id, &call.request_id)
}
