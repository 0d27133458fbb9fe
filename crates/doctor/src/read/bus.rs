use serde_json::json;

use super::json::text;
use super::reader::Reader;
use crate::aws::{Request, operations};
use crate::facts::{Bus, Reading};

/// Reads a bus, if it exists.
pub async fn one(reader: &Reader, name: &str) -> Reading<Bus> {
    let described = reader.read(operations::DESCRIBE_BUS, name, Request::Json(json!({ "Name": name }))).await;
    described.map(|bus| {
        let letters = text(&bus, "/DeadLetterConfig/Arn");
        Bus { dead_letters: Some(letters).filter(|arn| !arn.is_empty()) }
    })
}

/// Reads a bus, and the names of its rules.
pub async fn read(reader: &Reader, name: &str) -> (Reading<Bus>, Vec<String>) {
    let bus = one(reader, name).await;
    if bus.is_missing() {
        return (bus, Vec::new());
    }
    let next = |token: Option<&str>| {
        let mut request = json!({ "EventBusName": name });
        if let Some(token) = token {
            request["NextToken"] = token.into();
        }
        Request::Json(request)
    };
    let rules = reader.pages(operations::LIST_RULES, name, ("Rules", "NextToken"), next).await;
    (bus, rules.found().into_iter().flatten().map(|rule| text(rule, "/Name")).collect())
}
