//! SQS on one machine, for the dead letters of the pipes. `POST /sqs` is the API (awsJson 1.0).
//!
//! A queue has the name of its pipe, and its messages are the lines of `dead-letters/<pipe>.jsonl`.
//!
//! # Layout
//! - `letters`: the messages, which a reader hides for a while
//! - `operations`: the operations that a reader of dead letters needs
//!
//! # Differences from AWS
//! - The receipt of a message is its line. It is valid as long as the line is there.
//! - A restart shows all messages again.

mod letters;
mod operations;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use serde_json::{Value, json};

use letters::Letters;
use operations::QueueError;

/// The queues of a folder. Clones share what their readers hide.
#[derive(Clone)]
pub struct Queues(Arc<Letters>);

impl Queues {
    /// `address` is that of the local mode, and `folder` has the files.
    pub fn new(address: String, folder: PathBuf) -> Self {
        Self(Arc::new(Letters::new(address, folder)))
    }

    /// Serves `/sqs`, and `/sqs/`, which SDKs use.
    pub fn router(&self) -> Router {
        Router::new().route("/sqs", post(call)).route("/sqs/", post(call)).with_state(self.clone())
    }
}

/// Refuses web pages. Browsers send `Origin`, SDKs do not.
async fn call(State(queues): State<Queues>, headers: HeaderMap, body: Bytes) -> Response {
    if headers.contains_key(ORIGIN) {
        let refused = QueueError::new("AccessDeniedException", "requests from web pages are refused");
        return respond(StatusCode::FORBIDDEN, refused.json());
    }
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.strip_prefix("AmazonSQS.")).unwrap_or_default();
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    match queues.0.operate(operation, &request).await {
        Ok(response) => respond(StatusCode::OK, response),
        Err(error) => respond(StatusCode::BAD_REQUEST, error.json()),
    }
}

fn respond(status: StatusCode, body: Value) -> Response {
    (status, [("content-type", "application/x-amz-json-1.0")], body.to_string()).into_response()
}

impl QueueError {
    fn json(&self) -> Value {
        json!({ "__type": format!("com.amazonaws.sqs#{}", self.code), "message": self.message })
    }
}
