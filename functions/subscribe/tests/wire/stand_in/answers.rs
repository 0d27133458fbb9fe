//! What the stand-in answers: what AWS would, and now and then that a write was cancelled.

use std::sync::atomic::Ordering;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tablecast_protocol::subject::Pattern;

use super::StandIn;

pub async fn posted(State(stand_in): State<StandIn>, Path(id): Path<String>, frame: Bytes) -> Response {
    let pattern = Pattern::parse("orders/acme/*").unwrap();
    let listeners = stand_in.connections().listeners(&pattern).await.unwrap().len();
    let posted = {
        let mut seen = stand_in.seen.lock().unwrap();
        seen.listeners.push(listeners);
        seen.posts.push((id, serde_json::from_slice(&frame).unwrap()));
        seen.posts.len() - 1
    };
    let act = stand_in.at_post.lock().unwrap().clone();
    match act {
        Some(act) => act(posted).await.into_response(),
        None => StatusCode::OK.into_response(),
    }
}

pub async fn closed(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    stand_in.seen.lock().unwrap().closed.push(id);
    StatusCode::NO_CONTENT.into_response()
}

pub async fn called(State(stand_in): State<StandIn>, headers: HeaderMap, body: String) -> Response {
    let (_, operation) = headers["x-amz-target"].to_str().unwrap().split_once('.').unwrap();
    stand_in.seen.lock().unwrap().calls.push(operation.to_owned());
    let request: Value = serde_json::from_str(&body).unwrap();
    let conflict = || {
        let left =
            stand_in.conflicts.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.is_ok()
    };
    let is_broken = || stand_in.broken.lock().unwrap().is_some_and(|table| request["TableName"] == table);
    match operation {
        "Query" if is_broken() => refused(),
        "PutItem" => of_log(stand_in.database.put_item(serde_json::from_value(request).unwrap())),
        "Query" => answer(stand_in.database.query(serde_json::from_value(request).unwrap())),
        "TransactWriteItems" if conflict() => cancelled("TransactionConflict"),
        "TransactWriteItems" => {
            answer(stand_in.database.transact_write_items(serde_json::from_value(request).unwrap()))
        }
        other => panic!("subscribe has no use for {other}"),
    }
}

fn answer<T: serde::Serialize, E: std::fmt::Display>(result: Result<T, E>) -> Response {
    match result {
        Ok(answer) => serde_json::to_string(&answer).unwrap().into_response(),
        Err(_) => cancelled("ConditionalCheckFailed"),
    }
}

/// Only logs are written item by item.
fn of_log<T: serde::Serialize, E: std::fmt::Display>(result: Result<T, E>) -> Response {
    match result {
        Ok(answer) => serde_json::to_string(&answer).unwrap().into_response(),
        Err(_) => {
            let body =
                json!({ "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException" });
            (StatusCode::BAD_REQUEST, body.to_string()).into_response()
        }
    }
}

/// So that the SDK does not try again.
fn refused() -> Response {
    let body = json!({ "__type": "com.amazon.coral.service#AccessDeniedException" });
    (StatusCode::BAD_REQUEST, body.to_string()).into_response()
}

fn cancelled(code: &str) -> Response {
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons": [{ "Code": code }],
    });
    (StatusCode::BAD_REQUEST, body.to_string()).into_response()
}
