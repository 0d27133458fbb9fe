//! EventBridge's PutEvents on one machine, and a look at what arrived.
//!
//! `POST /bus` is the API (awsJson 1.1); `GET /bus` answers the events that arrived, newest last, as a
//! rule's target would get them: `?limit=10` for the newest ten, `?after=<id>` for those after an event.
//!
//! # Layout
//! - `put_events`: the operation: its request, its limits, its answer
//! - `entry`: one entry of a request, refused or turned into an event
//! - `arrivals`: the events that are kept
//!
//! # Unlike AWS
//! - There is one bus, whatever an entry calls it, and it has no rules.
//! - A detail may be nested 127 levels deep; on AWS it is 1000.

mod arrivals;
mod entry;
mod put_events;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use bytes::Bytes;
use serde_json::json;
use uuid::Uuid;

use arrivals::{Arrivals, Range};
use put_events::{Refusal, put_events};

/// The bus. Clones are the same bus.
#[derive(Clone, Default)]
pub struct Bus(Arc<Mutex<Arrivals>>);

impl Bus {
    /// `GET` and `POST` at `/bus`, and at `/bus/` as the SDKs write it.
    pub fn router(&self) -> Router {
        let methods = || -> MethodRouter<Bus> { get(list).post(operate) };
        Router::new().route("/bus", methods()).route("/bus/", methods()).with_state(self.clone())
    }

    fn arrivals(&self) -> MutexGuard<'_, Arrivals> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn list(State(bus): State<Bus>, RawQuery(query): RawQuery) -> Response {
    match Range::parse(query.as_deref().unwrap_or_default()) {
        Ok(range) => {
            let list = bus.arrivals().list(&range);
            ([(header::CONTENT_TYPE, "application/json")], list).into_response()
        }
        Err(reason) => (StatusCode::BAD_REQUEST, reason).into_response(),
    }
}

async fn operate(State(bus): State<Bus>, headers: HeaderMap, body: Bytes) -> Response {
    match allowed(&headers).and_then(|()| put_events(&bus, &body)) {
        Ok(answer) => aws_json(StatusCode::OK, answer),
        Err(refusal) => {
            let body = json!({"__type": refusal.error_type, "message": refusal.message});
            aws_json(refusal.status, body.to_string())
        }
    }
}

/// The one operation there is, and not from a web page: browsers send `Origin`, SDKs do not.
fn allowed(headers: &HeaderMap) -> Result<(), Refusal> {
    if headers.contains_key(header::ORIGIN) {
        let message = "requests from web pages are refused".to_owned();
        return Err(Refusal { status: StatusCode::FORBIDDEN, error_type: "AccessDeniedException", message });
    }
    match headers.get("x-amz-target").map(|target| target.as_bytes()) {
        Some(b"AWSEvents.PutEvents") => Ok(()),
        _ => Err(Refusal::new("UnknownOperationException", "only AWSEvents.PutEvents is there")),
    }
}

fn aws_json(status: StatusCode, body: String) -> Response {
    let request_id = Uuid::new_v4().to_string();
    let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amzn-requestid", &request_id)];
    (status, headers, body).into_response()
}
