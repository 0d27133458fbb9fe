//! `/`: a client asks for a WebSocket.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CONNECTION, HeaderName, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::Gateway;
use super::handshake::Handshake;
use super::limits::URL_CHARACTERS;
use super::refusal::Refusal;
use super::session::Session;
use crate::invoke::Invoke;
use crate::loopback::is_loopback_origin;

const NOT_A_WEBSOCKET: &str = "This is a WebSocket endpoint: connect to it with a WebSocket client, \
    such as `npx wscat -c 'ws://<this address>/?subscribe=*'`.\n";

pub async fn upgrade<I: Invoke>(
    State(gateway): State<Gateway<I>>,
    mut request: Request,
) -> Result<Response<Body>, Refusal> {
    if !asks_for_websocket(request.headers()) {
        return Ok(upgrade_required());
    }
    // An authorizer has a list of its own.
    if gateway.shared.routes.authorizer().is_none() && !may_connect(request.headers()) {
        return Err(StatusCode::FORBIDDEN.into());
    }
    let accept = accept_key(&request)?;
    let admission = gateway.shared.registry.admit().ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
    let on_upgrade = hyper::upgrade::on(&mut request);
    let handshake = Handshake::of(&request);
    let (answer, verdict) = oneshot::channel();
    let (session, queue) = Session::new(gateway, &handshake, admission);
    // A task of its own: a client that leaves while $connect runs must not take $disconnect with it.
    tokio::spawn(session.run(handshake, on_upgrade, queue, answer));
    let protocol = verdict.await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)??;
    Ok(switching(accept, protocol))
}

/// No browser keeps a page of another origin from opening a WebSocket and reading what comes: the server must.
/// Programs send no `Origin`.
fn may_connect(headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    origins.all(|origin| origin.to_str().is_ok_and(is_loopback_origin))
}

fn asks_for_websocket(headers: &HeaderMap) -> bool {
    names(headers, CONNECTION, "upgrade") && names(headers, UPGRADE, "websocket")
}

/// The key to accept the upgrade with.
fn accept_key(request: &Request) -> Result<String, StatusCode> {
    let headers = request.headers();
    if request.uri().path_and_query().is_some_and(|url| url.as_str().len() > URL_CHARACTERS) {
        return Err(StatusCode::URI_TOO_LONG);
    }
    if !names(headers, SEC_WEBSOCKET_VERSION, "13") {
        return Err(StatusCode::BAD_REQUEST);
    }
    let key = headers.get(SEC_WEBSOCKET_KEY).ok_or(StatusCode::BAD_REQUEST)?;
    Ok(derive_accept_key(key.as_bytes()))
}

/// Whether a header has this value among its comma-separated ones.
fn names(headers: &HeaderMap, header: HeaderName, wanted: &str) -> bool {
    let mut values = headers.get_all(header).iter().filter_map(|value| value.to_str().ok());
    values.any(|value| value.split(',').any(|one| one.trim().eq_ignore_ascii_case(wanted)))
}

fn upgrade_required() -> Response<Body> {
    let mut response = Response::new(Body::from(NOT_A_WEBSOCKET));
    *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
    response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
    response
}

/// The answer that begins the WebSocket. It agrees to no extension: permessage-deflate stays off.
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
