//! `/`: the request for a WebSocket.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use tablecast_pipes::invoke::Invoke;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::authorization::Authorization;
use super::error::UpgradeError;
use super::foreign_origin;
use super::handshake::Handshake;
use super::limits::URL_CHARACTERS;
use super::routes;
use super::session::Session;
use super::state::GatewayState;

const NOT_A_WEBSOCKET: &str = "This is a WebSocket endpoint: connect to it with a WebSocket client, \
    such as `npx wscat -c 'ws://<this address>/?subscribe=*'`.\n";

pub async fn upgrade<I: Invoke>(
    State(state): State<Arc<GatewayState<I>>>,
    mut request: Request,
) -> Result<Response<Body>, UpgradeError> {
    if !requests_websocket(request.headers()) {
        return Ok(upgrade_required());
    }
    let mut handshake = Handshake::new(&request);
    // Browsers let any page open a WebSocket, so the server must check.
    if !state.origins.may_connect(request.headers()) {
        state.origins.log_refusal(request.headers(), "at the gateway");
        handshake.refusal = Some(explanation(&state, &handshake)?);
    }
    let accept = accept_key(&request)?;
    let admission = state.registry.admit().ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
    let on_upgrade = hyper::upgrade::on(&mut request);
    let (sender, result) = oneshot::channel();
    let (session, queue) = Session::new(state, &handshake, admission);
    // A separate task, so that $disconnect also runs for a client that leaves during $connect.
    tokio::spawn(session.run(handshake, on_upgrade, queue, sender));
    let protocol = result.await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)??;
    Ok(switching(accept, protocol))
}

/// A page that may not connect gets the reason on request, and otherwise 403.
fn explanation<I>(state: &GatewayState<I>, handshake: &Handshake) -> Result<Authorization, UpgradeError> {
    let explanation = state.routes.get(routes::CONNECT).and_then(|_| foreign_origin::explanation(handshake));
    explanation.ok_or_else(|| UpgradeError::from(StatusCode::FORBIDDEN).logged())
}

fn requests_websocket(headers: &HeaderMap) -> bool {
    lists(headers, CONNECTION, "upgrade") && lists(headers, UPGRADE, "websocket")
}

/// Checks the request, and returns the value of `Sec-WebSocket-Accept`.
fn accept_key(request: &Request) -> Result<String, StatusCode> {
    let headers = request.headers();
    if request.uri().path_and_query().is_some_and(|url| url.as_str().len() > URL_CHARACTERS) {
        return Err(StatusCode::URI_TOO_LONG);
    }
    if !lists(headers, SEC_WEBSOCKET_VERSION, "13") {
        return Err(StatusCode::BAD_REQUEST);
    }
    let key = headers.get(SEC_WEBSOCKET_KEY).ok_or(StatusCode::BAD_REQUEST)?;
    Ok(derive_accept_key(key.as_bytes()))
}

/// Returns whether a header has this value in its comma-separated list.
fn lists(headers: &HeaderMap, header: HeaderName, wanted: &str) -> bool {
    let mut values = headers.get_all(header).iter().filter_map(|value| value.to_str().ok());
    values.any(|value| value.split(',').any(|one| one.trim().eq_ignore_ascii_case(wanted)))
}

fn upgrade_required() -> Response<Body> {
    let mut response = Response::new(Body::from(NOT_A_WEBSOCKET));
    *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
    response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
    response
}

/// The response that starts the WebSocket. It accepts no extension, so permessage-deflate stays off.
fn switching(accept: String, protocol: Option<String>) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    for (name, value) in [(SEC_WEBSOCKET_ACCEPT, Some(accept)), (SEC_WEBSOCKET_PROTOCOL, protocol)] {
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            headers.insert(name, value);
        }
    }
    response
}
