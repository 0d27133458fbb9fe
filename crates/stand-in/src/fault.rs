use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The planned result of one request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The request succeeds.
    None,
    /// A bare status, as from a proxy.
    Status(u16),
    /// A status with AWS's error type.
    Error(u16, &'static str),
    /// There is no response.
    Hang,
    /// The request succeeds after this time.
    Slow(Duration),
    /// The request succeeds, and the response is lost.
    Lost,
    /// DynamoDB cancels a transaction for this reason.
    Cancelled(&'static str),
    /// PutEvents: an error code, or none, for each entry.
    Entries(Vec<Option<&'static str>>),
    /// This response.
    Response(Value),
    /// A status with this body, which need not be JSON.
    Body(u16, &'static str),
}

impl Fault {
    /// The planned response. `succeed` makes the right one.
    pub(crate) async fn respond(self, succeed: impl FnOnce() -> Response) -> Response {
        match self {
            Self::None => succeed(),
            Self::Status(code) => status(code).into_response(),
            Self::Error(code, error) => failure(code, error),
            Self::Hang => std::future::pending().await,
            Self::Slow(delay) => {
                tokio::time::sleep(delay).await;
                succeed()
            }
            Self::Lost => {
                succeed();
                failure(500, "InternalServerError")
            }
            Self::Cancelled(code) => cancelled(code),
            Self::Entries(codes) => entries(codes).to_string().into_response(),
            Self::Response(body) => body.to_string().into_response(),
            Self::Body(code, body) => (status(code), body).into_response(),
        }
    }
}

/// The response of PutEvents.
pub(crate) fn entries(codes: Vec<Option<&str>>) -> Value {
    let failed = codes.iter().flatten().count();
    let result = |code: Option<&str>| match code {
        Some(code) => json!({ "ErrorCode": code, "ErrorMessage": "planned" }),
        None => json!({ "EventId": "1" }),
    };
    json!({ "FailedEntryCount": failed, "Entries": codes.into_iter().map(result).collect::<Vec<_>>() })
}

pub(crate) fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap()
}

fn failure(code: u16, error: &'static str) -> Response {
    let body = json!({ "__type": error, "message": "planned" }).to_string();
    (status(code), [("x-amzn-errortype", error)], body).into_response()
}

fn cancelled(code: &str) -> Response {
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons": [{ "Code": code }],
    });
    (StatusCode::BAD_REQUEST, body.to_string()).into_response()
}
