//! The DynamoDB API on the port of the local mode, in front of dynoxide's.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, TRANSFER_ENCODING};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use http_body_util::Full;
use tablecast_pipes::loopback::require_loopback_host;

use super::access::check_origin;
use super::changes;
use super::handle::Database;
use super::iterators::NO_STREAM;
use super::private_api::PrivateApi;
use super::request_log::LoggedRequest;
use crate::origins::Origins;
use crate::refusals::{self, Logged};

const CONTENT: &str = "application/x-amz-json-1.0";

/// DynamoDB accepts 16 MB, and so does dynoxide.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

#[derive(Clone)]
struct Api {
    private: Arc<PrivateApi>,
    database: Database,
}

pub fn router(database: &Database, origins: Origins) -> Router {
    let private = Arc::new(PrivateApi::new(database.engine.clone()));
    Router::new()
        .fallback(forward)
        .with_state(Api { private, database: database.clone() })
        .layer(from_fn_with_state(origins, check_origin))
        .layer(from_fn(require_loopback_host))
        .layer(from_fn(refusals::log))
}

async fn forward(State(api): State<Api>, request: Request) -> Response {
    let (mut head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "a request has at most 16 MB\n").into_response();
    };
    remove_framing(&mut head.headers);
    let (reads_stream, logged) =
        (changes::is_get_records(&head.headers), LoggedRequest::new(&head.headers, &body));
    if api.database.is_of_former_stream(&head.headers, &body).await {
        return (StatusCode::BAD_REQUEST, Extension(Logged), [(CONTENT_TYPE, CONTENT)], NO_STREAM)
            .into_response();
    }
    let body = if reads_stream { api.database.with_page_limit(body).await } else { body };
    let written = api.database.writes.readers_of(&head.headers, &body);
    let response = api.private.send(axum::http::Request::from_parts(head, Full::new(body))).await;
    written.iter().for_each(|readers| readers.notify_waiters());
    if let (Some(logged), Ok(response)) = (logged, &response) {
        logged.log(response.body());
    }
    match response {
        Ok(response) if reads_stream => respond(changes::as_dynamodb(response)),
        Ok(response) => respond(response),
        Err(error) => {
            tracing::error!("the database did not answer a request: {error}");
            (StatusCode::INTERNAL_SERVER_ERROR, "the database did not answer; see the log\n").into_response()
        }
    }
}

/// DynamoDB's own errors are part of normal work: a condition fails, a table is missing.
fn respond(response: axum::http::Response<Bytes>) -> Response {
    let (mut head, body) = response.into_parts();
    remove_framing(&mut head.headers);
    head.extensions.insert(Logged);
    Response::from_parts(head, Body::from(body))
}

/// Removes the headers that belong to one connection. The HTTP library writes its own.
fn remove_framing(headers: &mut HeaderMap) {
    for name in [CONNECTION, CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING] {
        headers.remove(name);
    }
}
