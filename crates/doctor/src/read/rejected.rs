use serde_json::{Value, json};
use tablecast_rejected::{Cause, is_first_part};

use super::json::text;
use super::parallel;
use super::reader::Reader;
use crate::aws::{Request, operations};
use crate::facts::{Facts, Reading, Rejected};

/// Pages of 1 MB. DynamoDB bills whole items, and a rejected record can be large.
const PAGES: usize = 5;

pub async fn of_deployment(reader: &Reader, facts: &Facts) -> Vec<Rejected> {
    let mut pipes: Vec<_> = facts.known_pipes().iter().map(|pipe| pipe.file.clone()).collect();
    pipes.extend(facts.files.iter().flatten().map(|file| file.name.clone()));
    pipes.sort();
    pipes.dedup();
    all(reader, &format!("{}-rejected", facts.name), &pipes).await
}

pub async fn all(reader: &Reader, table: &str, pipes: &[String]) -> Vec<Rejected> {
    parallel::all(pipes.iter().map(|pipe| of_pipe(reader, table, pipe))).await
}

async fn of_pipe(reader: &Reader, table: &str, pipe: &str) -> Rejected {
    let mut rejected =
        Rejected { pipe: pipe.to_owned(), reasons: Default::default(), has_more: false, newest: 0 };
    let mut start = Value::Null;
    for _ in 0..PAGES {
        let page = reader.read(operations::QUERY, table, request(table, pipe, &start)).await;
        let Reading::Found(mut page) = page else { break };
        page["Items"].as_array().into_iter().flatten().for_each(|item| add(&mut rejected, item));
        start = page["LastEvaluatedKey"].take();
        rejected.has_more = !start.is_null();
        if !rejected.has_more {
            break;
        }
    }
    rejected
}

fn request(table: &str, pipe: &str, start: &Value) -> Request {
    let mut request = json!({
        "TableName": table,
        "KeyConditionExpression": "#pipe = :pipe",
        "ProjectionExpression": "#id, #path, #reason, #at",
        "ExpressionAttributeNames":
            { "#pipe": "pk", "#id": "sk", "#path": "path", "#reason": "reason", "#at": "at" },
        "ExpressionAttributeValues": { ":pipe": { "S": pipe } },
    });
    if !start.is_null() {
        request["ExclusiveStartKey"] = start.clone();
    }
    Request::Json(request)
}

/// Counts a record once: a large one has several items.
fn add(rejected: &mut Rejected, item: &Value) {
    if !is_first_part(&text(item, "/sk/S")) {
        return;
    }
    let cause = Cause { path: text(item, "/path/S"), reason: text(item, "/reason/S") };
    *rejected.reasons.entry(cause.to_string()).or_default() += 1;
    rejected.newest = rejected.newest.max(text(item, "/at/N").parse().unwrap_or_default());
}
