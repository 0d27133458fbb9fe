//! The messages from the Runtime API to the instance of a process.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::oneshot;
use uuid::Uuid;

/// A request of a process.
pub enum Message {
    /// It polls for the next invocation.
    Next(oneshot::Sender<Invocation>),
    Outcome {
        id: String,
        outcome: Outcome,
    },
    InitError(HandlerError),
}

/// The outcome of an invocation.
pub enum Outcome {
    Response(Bytes),
    Error(HandlerError),
    /// A response over the limit, with its number of bytes.
    TooLarge(usize),
}

pub struct Invocation {
    pub id: String,
    /// Milliseconds since 1970.
    pub deadline_ms: u128,
    pub payload: Bytes,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HandlerError {
    pub error_type: String,
    pub error_message: String,
}

impl Invocation {
    /// Adds the headers that Lambda sends.
    pub fn into_response(self, function: &str) -> Response {
        let arn = format!("arn:aws:lambda:us-east-1:000000000000:function:{function}");
        let headers = [
            ("Content-Type", "application/json".to_owned()),
            ("Lambda-Runtime-Aws-Request-Id", self.id.clone()),
            ("Lambda-Runtime-Deadline-Ms", self.deadline_ms.to_string()),
            ("Lambda-Runtime-Invoked-Function-Arn", arn),
            ("Lambda-Runtime-Trace-Id", trace_id()),
        ];
        (headers, self.payload).into_response()
    }
}

/// A trace id of X-Ray. It is not sampled, because the local mode records no traces.
fn trace_id() -> String {
    let random = Uuid::new_v4().simple().to_string();
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    format!("Root=1-{seconds:08x}-{};Parent={};Sampled=0", &random[..24], &random[16..])
}

impl fmt::Display for HandlerError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.error_type, self.error_message)
    }
}
