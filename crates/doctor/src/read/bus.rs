use serde_json::json;

use super::json::text;
use super::reader::Reader;
use crate::aws::{Request, operations};
use crate::facts::Reading;

/// Reads whether a bus exists.
pub async fn existence(reader: &Reader, name: &str) -> Reading<()> {
    let described = reader.read(operations::DESCRIBE_BUS, name, Request::Json(json!({ "Name": name }))).await;
    described.map(|_| ())
}

/// Reads whether a bus exists, and the names of its rules.
pub async fn read(reader: &Reader, name: &str) -> (Reading<()>, Vec<String>) {
    let bus = existence(reader, name).await;
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
