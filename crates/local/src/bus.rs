//! EventBridge's PutEvents and DescribeEventBus on one machine, and a list of the newest events.
//!
//! `POST /bus` is the API (awsJson 1.1). `GET /bus` returns the newest events, newest last, as the target of
//! a rule receives them. `?limit=10` selects the newest ten, and `?after=<id>` those after an event.
//!
//! # Layout
//! - `put_events`: the operation, its limits and its response
//! - `entry`: converts one entry of a request to an event
//! - `events`: the newest events; `query`: selects some of them
//!
//! # Differences from AWS
//! - There is one bus for all bus names, and it has no rules.
//! - A detail may have 127 levels of nesting. AWS allows 1,000.

mod entry;
mod events;
mod put_events;
mod query;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use bytes::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

use events::StoredEvents;
use put_events::{RequestError, put_events};
use query::Query;

/// Escapes make a body several times larger than the entries that EventBridge counts.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;

/// The bus. Clones share its events.
#[derive(Clone, Default)]
pub struct Bus(Arc<Mutex<StoredEvents>>);

impl Bus {
    /// Serves `GET` and `POST` at `/bus`, and at `/bus/`, which SDKs use.
    pub fn router(&self) -> Router {
        let methods = || -> MethodRouter<Bus> { get(list).post(operate) };
        let router = Router::new().route("/bus", methods()).route("/bus/", methods());
        router.layer(DefaultBodyLimit::max(MAX_BODY_BYTES)).with_state(self.clone())
    }

    fn events(&self) -> MutexGuard<'_, StoredEvents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn list(State(bus): State<Bus>, RawQuery(query): RawQuery) -> Response {
    match Query::parse(query.as_deref().unwrap_or_default()) {
        Ok(query) => {
            let list = bus.events().list(&query);
            ([(header::CONTENT_TYPE, "application/json")], list).into_response()
        }
        Err(reason) => (StatusCode::BAD_REQUEST, reason).into_response(),
    }
}

async fn operate(State(bus): State<Bus>, headers: HeaderMap, body: Bytes) -> Response {
    let store = |event| bus.events().add(event);
    let response = operation(&headers).and_then(|operation| match operation {
        Operation::PutEvents => put_events(&body, store),
        Operation::DescribeEventBus => Ok(describe_event_bus(&body)),
    });
    match response {
        Ok(response) => aws_json(StatusCode::OK, response),
        Err(error) => {
            let body = json!({"__type": error.error_type, "message": error.message});
            aws_json(error.status, body.to_string())
        }
    }
}

enum Operation {
    PutEvents,
    DescribeEventBus,
}

/// Every bus exists.
fn describe_event_bus(body: &[u8]) -> String {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    json!({ "Name": request["Name"] }).to_string()
}

/// Accepts no web pages. Browsers send `Origin`, SDKs do not.
fn operation(headers: &HeaderMap) -> Result<Operation, RequestError> {
    if headers.contains_key(header::ORIGIN) {
        let message = "requests from web pages are refused".to_owned();
        return Err(RequestError {
            status: StatusCode::FORBIDDEN,
            error_type: "AccessDeniedException",
            message,
        });
    }
    match headers.get("x-amz-target").map(|target| target.as_bytes()) {
        Some(b"AWSEvents.PutEvents") => Ok(Operation::PutEvents),
        Some(b"AWSEvents.DescribeEventBus") => Ok(Operation::DescribeEventBus),
        _ => {
            let message = "only AWSEvents.PutEvents and DescribeEventBus are supported";
            Err(RequestError::new("UnknownOperationException", message))
        }
    }
}

fn aws_json(status: StatusCode, body: String) -> Response {
    let request_id = Uuid::new_v4().to_string();
    let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amzn-requestid", &request_id)];
    (status, headers, body).into_response()
}
