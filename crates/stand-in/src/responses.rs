//! The responses: those that a test planned, or those of AWS.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use axum::extract::{Path, State};
use axum::http::header::DATE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tablecast_aws::now_in_milliseconds;

use crate::fault::{entries, status};
use crate::{BUS, Consumed, Fault, StandIn, reserved, tables};

pub async fn post(State(stand_in): State<StandIn>, Path(id): Path<String>, frame: String) -> Response {
    let earlier = stand_in.record(|seen| {
        seen.posts.push((id.clone(), frame));
        seen.posts.len() - 1
    });
    if let Some(fault) = stand_in.next_fault(&id) {
        return fault.respond(|| StatusCode::OK.into_response()).await;
    }
    let act = stand_in.at_post.lock().unwrap().clone();
    match act {
        Some(act) => act(earlier).await.into_response(),
        None => StatusCode::OK.into_response(),
    }
}

pub async fn close(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    stand_in.record(|seen| seen.closed.push(id.clone()));
    let fault = stand_in.next_fault(&format!("DELETE {id}")).unwrap_or(Fault::None);
    fault.respond(|| StatusCode::NO_CONTENT.into_response()).await
}

/// Lambda accepts an asynchronous invocation with 202 and no body.
pub async fn invoke(
    State(stand_in): State<StandIn>,
    Path(name): Path<String>,
    headers: HeaderMap,
    payload: String,
) -> Response {
    assert_eq!(headers["x-amz-invocation-type"], "Event", "tablecast waits for no function");
    let payload = serde_json::from_str(&payload).unwrap();
    stand_in.record(|seen| seen.invocations.push((name.clone(), payload)));
    let fault = stand_in.next_fault(&format!("Invoke {name}")).unwrap_or(Fault::None);
    fault.respond(|| StatusCode::ACCEPTED.into_response()).await
}

/// The configuration of a function: its environment.
pub async fn configuration() -> Response {
    json!({ "Environment": { "Variables": { "BUS_NAME": BUS } } }).to_string().into_response()
}

pub async fn call(State(stand_in): State<StandIn>, headers: HeaderMap, body: String) -> Response {
    let (_, operation) = headers["x-amz-target"].to_str().unwrap().split_once('.').unwrap();
    let body: Value = serde_json::from_str(&body).unwrap();
    stand_in.record(|seen| seen.calls.push((operation.to_owned(), body.clone())));
    if operation == "PutEvents" {
        let fault = stand_in.next_fault(operation).unwrap_or(Fault::None);
        let entries = entries(vec![None; body["Entries"].as_array().unwrap().len()]);
        return fault.respond(|| entries.to_string().into_response()).await;
    }
    if operation == "DescribeEventBus" {
        let fault = stand_in.next_fault(operation).unwrap_or(Fault::None);
        return fault.respond(|| json!({ "Name": body["Name"] }).to_string().into_response()).await;
    }
    assert_eq!(reserved::in_request(&body), Vec::<String>::new(), "reserved words in {operation}");
    let table = tables::of(&body);
    let kind = format!("{table} {operation}");
    let own = tables::partition(&body).and_then(|pk| stand_in.next_fault(&format!("{kind} {pk}")));
    let fault = own.or_else(|| stand_in.next_fault(&kind)).unwrap_or(Fault::None);
    let mut response = fault.respond(|| stand_in.database(&table, operation, body)).await;
    response.headers_mut().insert(DATE, stand_in.date());
    response
}

impl StandIn {
    pub(crate) fn next_fault(&self, request: &str) -> Option<Fault> {
        let planned = self.faults.lock().unwrap().get_mut(request).and_then(VecDeque::pop_front);
        planned.or_else(|| self.lasting.lock().unwrap().get(request).cloned())
    }

    /// The time by DynamoDB's clock.
    fn date(&self) -> HeaderValue {
        let ahead = self.clock.load(Ordering::Relaxed);
        let seconds = now_in_milliseconds() / 1000 + ahead;
        let date = DateTime::from_secs(seconds).fmt(DateTimeFormat::HttpDate).unwrap();
        HeaderValue::from_str(&date).unwrap()
    }

    fn record<T>(&self, change: impl FnOnce(&mut crate::Seen) -> T) -> T {
        change(&mut self.seen.lock().unwrap())
    }

    fn database(&self, table: &str, operation: &str, request: Value) -> Response {
        let partition = tables::partition(&request).map(str::to_owned);
        match tables::run_counted(&self.database, operation, request) {
            Ok((response, units)) => {
                let (table, operation) = (table.to_owned(), operation.to_owned());
                let consumed = Consumed { table: table.clone(), operation, partition, units };
                self.record(|seen| seen.consumed.push(consumed));
                let read = response["ScannedCount"].as_u64().map(|items| (table, items));
                self.record(|seen| seen.items_read.extend(read));
                response.to_string().into_response()
            }
            Err(error) => (status(error.status_code()), error.to_json()).into_response(),
        }
    }
}
