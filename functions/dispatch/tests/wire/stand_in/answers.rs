//! What the stand-in answers: what is planned, else what AWS would.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use dynoxide::Database;
use serde_json::{Value, json};

use super::{Fault, StandIn};

pub async fn posted(State(stand_in): State<StandIn>, Path(id): Path<String>, frame: String) -> Response {
    stand_in.seen.lock().unwrap().posts.push((id.clone(), frame));
    planned(stand_in.next_fault(&id), || StatusCode::OK.into_response()).await
}

pub async fn closed(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    stand_in.seen.lock().unwrap().closed.push(id.clone());
    planned(stand_in.next_fault(&format!("DELETE {id}")), || StatusCode::NO_CONTENT.into_response()).await
}

pub async fn called(State(stand_in): State<StandIn>, headers: HeaderMap, body: String) -> Response {
    let (_, operation) = headers["x-amz-target"].to_str().unwrap().split_once('.').unwrap();
    let request: Value = serde_json::from_str(&body).unwrap();
    if operation == "PutEvents" {
        let entries = request["Entries"].as_array().unwrap().clone();
        stand_in.seen.lock().unwrap().puts.push(entries);
    }
    if request["TableName"] == "log" {
        let fault = stand_in.next_fault(&format!("log {operation}"));
        return planned(fault, || of_log(&stand_in.database, operation, request)).await;
    }
    planned(stand_in.next_fault(operation), || {
        let answer = answer(&stand_in.database, operation, request);
        stand_in.seen.lock().unwrap().items_read.extend(answer["ScannedCount"].as_u64());
        answer.to_string().into_response()
    })
    .await
}

fn answer(database: &Database, operation: &str, request: Value) -> Value {
    let results = match operation {
        "PutEvents" => Ok(entries(vec![None; request["Entries"].as_array().unwrap().len()])),
        "Query" => database.query(serde_json::from_value(request).unwrap()).map(to_value),
        "PutItem" => database.put_item(serde_json::from_value(request).unwrap()).map(to_value),
        "TransactWriteItems" => {
            database.transact_write_items(serde_json::from_value(request).unwrap()).map(to_value)
        }
        other => panic!("dispatch has no use for {other}"),
    };
    results.unwrap()
}

fn of_log(database: &Database, operation: &str, request: Value) -> Response {
    if operation != "PutItem" {
        return answer(database, operation, request).to_string().into_response();
    }
    match database.put_item(serde_json::from_value(request).unwrap()) {
        Ok(answer) => to_value(answer).to_string().into_response(),
        Err(_) => failure(400, "ConditionalCheckFailedException"),
    }
}

fn to_value(answer: impl serde::Serialize) -> Value {
    serde_json::to_value(answer).unwrap()
}

fn entries(codes: Vec<Option<&str>>) -> Value {
    let failed = codes.iter().flatten().count();
    let result = |code: Option<&str>| match code {
        Some(code) => json!({ "ErrorCode": code, "ErrorMessage": "planned" }),
        None => json!({ "EventId": "1" }),
    };
    json!({ "FailedEntryCount": failed, "Entries": codes.into_iter().map(result).collect::<Vec<_>>() })
}

async fn planned(fault: Option<Fault>, right: impl FnOnce() -> Response) -> Response {
    match fault {
        None => right(),
        Some(Fault::Slow(delay)) => {
            tokio::time::sleep(delay).await;
            right()
        }
        Some(Fault::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Fault::Error(status, code)) => failure(status, code),
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::Entries(codes)) => entries(codes).to_string().into_response(),
    }
}

fn failure(status: u16, code: &'static str) -> Response {
    let body = json!({ "__type": code, "message": "planned" }).to_string();
    (StatusCode::from_u16(status).unwrap(), [("x-amzn-errortype", code)], body).into_response()
}
