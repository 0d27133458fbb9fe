//! `/@connections/{id}`: sends to, describes and closes a connection.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, ORIGIN};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::middleware::Next;
use bytes::Bytes;
use serde::Serialize;
use tablecast_pipes::invoke::Invoke;

use super::close::CloseReason;
use super::connection::{Connection, PostError};
use super::error::{ApiError, json};
use super::identity::Identity;
use super::limits::MESSAGE_BYTES;
use super::state::GatewayState;
use super::time;

/// Accepts signed requests, like IAM, but does not verify the signature.
/// Rejects browsers by their `Origin`, so that no web page can post to the clients of a local gateway.
pub async fn authorize(request: Request, next: Next) -> Result<Response<Body>, ApiError> {
    check(request.headers())?;
    Ok(next.run(request).await)
}

fn check(headers: &HeaderMap) -> Result<(), ApiError> {
    if headers.contains_key(ORIGIN) {
        return Err(ApiError::Forbidden);
    }
    let signed =
        headers.get(AUTHORIZATION).is_some_and(|value| value.as_bytes().starts_with(b"AWS4-HMAC-SHA256 "));
    signed.then_some(()).ok_or(ApiError::MissingAuthenticationToken)
}

/// Queues a message for the client. As on API Gateway, 200 means queued, not received.
pub async fn post<I: Invoke>(
    State(state): State<Arc<GatewayState<I>>>,
    Path(id): Path<String>,
    data: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    let data = data.ok().filter(|data| data.len() <= MESSAGE_BYTES).ok_or(ApiError::PayloadTooLarge)?;
    // Only text: API Gateway does not support binary frames.
    std::str::from_utf8(&data).map_err(|_| ApiError::BadRequest)?;
    open(&state, &id)?.post(data)?;
    Ok(StatusCode::OK)
}

pub async fn get<I: Invoke>(
    State(state): State<Arc<GatewayState<I>>>,
    Path(id): Path<String>,
) -> Result<Response<Body>, ApiError> {
    let description = Description::new(&*open(&state, &id)?);
    Ok(json(StatusCode::OK, serde_json::to_string(&description).unwrap_or_default()))
}

/// Closes the connection after the queued messages are sent.
pub async fn delete<I: Invoke>(
    State(state): State<Arc<GatewayState<I>>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    open(&state, &id)?.close(CloseReason::NORMAL);
    Ok(StatusCode::NO_CONTENT)
}

fn open<I>(state: &GatewayState<I>, id: &str) -> Result<Arc<Connection>, ApiError> {
    state.registry.get(id).ok_or(ApiError::Gone)
}

impl From<PostError> for ApiError {
    fn from(reason: PostError) -> Self {
        match reason {
            PostError::Gone => Self::Gone,
            PostError::BufferFull => Self::LimitExceeded,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    connected_at: String,
    last_active_at: String,
    identity: Identity,
}

impl Description {
    fn new(connection: &Connection) -> Self {
        Self {
            connected_at: time::iso8601(connection.connected_at),
            last_active_at: time::iso8601(connection.last_active_at()),
            identity: connection.identity.clone(),
        }
    }
}
