//! Lambda's `Invoke` on one machine: `POST /2015-03-31/functions/{name}/invocations`.
//!
//! `RequestResponse` waits for the response. `Event` returns 202 at once: the call waits its turn for a process, and
//! Lambda tries a failed call twice more.
//!
//! # Layout
//! - `access`: who may call
//! - `queue`: the calls that nobody waits for
//! - `schedule`: calls that are made every minute
//!
//! # Differences from AWS
//! - Calls of `Event` that wait are lost when the local mode stops. They wait as long as it takes, and in Lambda for
//!   six hours at most.
//! - There are no versions and aliases: `{name}` is the name of a function.

mod access;
mod queue;
mod schedule;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use serde_json::json;
use tablecast_pipes::invoke::{Invoke, InvokeError};

use crate::functions::{Functions, MAX_PAYLOAD_BYTES};

pub use schedule::every_minute;

/// Lambda's limit for the payload of `Event`.
const MAX_EVENT_BYTES: usize = 1024 * 1024;

const INVOCATION_TYPE: &str = "x-amz-invocation-type";

/// Serves `Invoke` to programs.
pub fn router(functions: Functions) -> Router {
    Router::new()
        .route("/2015-03-31/functions/{name}/invocations", post(invoke))
        .layer(DefaultBodyLimit::max(MAX_PAYLOAD_BYTES))
        .layer(from_fn(access::check))
        .with_state(functions)
}

async fn invoke(
    State(functions): State<Functions>,
    Path(name): Path<String>,
    headers: HeaderMap,
    payload: Bytes,
) -> Response {
    if !functions.has(&name) {
        return error(
            StatusCode::NOT_FOUND,
            "ResourceNotFoundException",
            format!("Function not found: {name}"),
        );
    }
    match headers.get(INVOCATION_TYPE).map(|kind| kind.as_bytes()) {
        None | Some(b"RequestResponse") => respond(functions.invoke(&name, payload).await),
        Some(b"Event") if payload.len() > MAX_EVENT_BYTES => {
            let message =
                format!("{} byte payload is too large for the Event invocation type", payload.len());
            error(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", message)
        }
        Some(b"Event") => {
            queue::call(functions, name, payload);
            StatusCode::ACCEPTED.into_response()
        }
        Some(other) => {
            let message = format!("unknown invocation type {}", String::from_utf8_lossy(other));
            error(StatusCode::BAD_REQUEST, "InvalidParameterValueException", message)
        }
    }
}

/// A failed handler is a success of the API, with a header that marks it.
fn respond(result: Result<Bytes, InvokeError>) -> Response {
    match result {
        Ok(response) => response.into_response(),
        Err(InvokeError::Throttled(name)) => {
            error(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", format!("Rate Exceeded: {name}"))
        }
        Err(failed) => {
            let body = json!({ "errorMessage": failed.to_string() }).to_string();
            ([("x-amz-function-error", "Unhandled")], body).into_response()
        }
    }
}

fn error(status: StatusCode, kind: &'static str, message: String) -> Response {
    (status, [("x-amzn-errortype", kind)], json!({ "Message": message }).to_string()).into_response()
}
