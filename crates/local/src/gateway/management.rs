//! `/@connections/{id}`: what the backend does with a connection.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, ORIGIN};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::middleware::Next;
use bytes::Bytes;
use serde::Serialize;

use super::close::Closing;
use super::connection::{Connection, Identity, NotQueued};
use super::limits::MESSAGE_BYTES;
use super::refusal::{ApiError, json};
use super::{Gateway, time};
use crate::invoke::Invoke;

/// Lets signed requests pass, as IAM does on AWS. The signature is not verified: on one machine there
/// is nobody to verify it for. A browser says where its page comes from and never passes, so that no
/// web page can post to the clients of a local gateway.
pub async fn authorize(request: Request, next: Next) -> Result<Response<Body>, ApiError> {
    permit(request.headers())?;
    Ok(next.run(request).await)
}

fn permit(headers: &HeaderMap) -> Result<(), ApiError> {
    if headers.contains_key(ORIGIN) {
        return Err(ApiError::Forbidden);
    }
    let signed =
        headers.get(AUTHORIZATION).is_some_and(|value| value.as_bytes().starts_with(b"AWS4-HMAC-SHA256 "));
    signed.then_some(()).ok_or(ApiError::MissingAuthenticationToken)
}

/// Queues a message for the client. 200 means queued, not read: API Gateway promises no more.
pub async fn post<I: Invoke>(
    State(gateway): State<Gateway<I>>,
    Path(id): Path<String>,
    data: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    let data = data.ok().filter(|data| data.len() <= MESSAGE_BYTES).ok_or(ApiError::PayloadTooLarge)?;
    // A text frame must be UTF-8, and API Gateway has no binary ones.
    std::str::from_utf8(&data).map_err(|_| ApiError::BadRequest)?;
    gateway.open(&id)?.post(data)?;
    Ok(StatusCode::OK)
}

pub async fn get<I: Invoke>(
    State(gateway): State<Gateway<I>>,
    Path(id): Path<String>,
) -> Result<Response<Body>, ApiError> {
    let description = Description::of(&*gateway.open(&id)?);
    Ok(json(StatusCode::OK, serde_json::to_string(&description).unwrap_or_default()))
}

/// Closes the connection once what was queued before is sent.
pub async fn delete<I: Invoke>(
    State(gateway): State<Gateway<I>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    gateway.open(&id)?.close(Closing::NORMAL);
    Ok(StatusCode::NO_CONTENT)
}

impl<I: Invoke> Gateway<I> {
    fn open(&self, id: &str) -> Result<Arc<Connection>, ApiError> {
        self.shared.registry.get(id).ok_or(ApiError::Gone)
    }
}

impl From<NotQueued> for ApiError {
    fn from(reason: NotQueued) -> Self {
        match reason {
            NotQueued::Gone => Self::Gone,
            NotQueued::BufferFull => Self::LimitExceeded,
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
    fn of(connection: &Connection) -> Self {
        Self {
            connected_at: time::iso8601(connection.connected_at),
            last_active_at: time::iso8601(connection.last_active_at()),
            identity: connection.identity.clone(),
        }
    }
}
