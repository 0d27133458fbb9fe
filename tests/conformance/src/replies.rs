//! The data of the gateway's replies.

use serde_json::{Map, Value, json};

use crate::notation;

/// The time of every control event. The clock of this server is not that of the client.
pub const TIME: &str = "2026-11-23T09:00:00.000Z";

/// Returns the action of the message that this reply names. A client does not know the types that are not listed here.
pub fn action(kind: &str, data: &Value) -> Option<String> {
    let action = match kind {
        "subscribed" | "resumed" => "subscribe",
        "unsubscribed" => "unsubscribe",
        "pong" => "ping",
        "refreshed" => "refresh",
        "state" => "state",
        _ => return data["to"].as_str().map(str::to_owned),
    };
    Some(action.to_owned())
}

/// Returns the data of a reply to this message.
pub fn data(kind: &str, data: &Value, message: Option<&Value>) -> Value {
    let mut members = match kind {
        "subscribed" => subscribed(data, message),
        "unsubscribed" => json!({ "subjects": message.map(|message| message["subjects"].clone()) }),
        "resumed" => json!({ "sources": results(data) }),
        "pong" if data.is_null() => json!({}),
        "pong" => json!({ "sources": data }),
        "refreshed" => refreshed(data),
        "state" => state(data, message),
        "error" => error(data),
        _ if data.is_null() => json!({}),
        _ => data.clone(),
    };
    if let (Some(members), Some(message)) = (members.as_object_mut(), message) {
        members.insert("request".to_owned(), message["id"].clone());
    }
    members
}

/// The members are sources, and `refused`: the reasons of refused subjects. All others are granted.
fn subscribed(data: &Value, message: Option<&Value>) -> Value {
    let mut sources = data.as_object().cloned().unwrap_or_default();
    let refused = sources.remove("refused").unwrap_or_default();
    let result = |subject: &Value| match refused.get(subject.as_str().unwrap_or_default()) {
        Some(reason) => json!({ "subject": subject, "granted": false, "reason": reason }),
        None => json!({ "subject": subject, "granted": true }),
    };
    let subjects = message.and_then(|message| message["subjects"].as_array());
    json!({ "subjects": subjects.into_iter().flatten().map(result).collect::<Vec<_>>(), "sources": sources })
}

/// A position is a recovered source. A text such as `trimmed` is a `reason`, and `cause: text` a cause.
fn results(data: &Value) -> Map<String, Value> {
    let result = |value: &Value| match value.as_str() {
        Some(text) if text.contains('-') && text.ends_with(|last: char| last.is_ascii_digit()) => {
            json!({ "recovered": true, "position": text })
        }
        Some(reason) => json!({ "recovered": false, "reason": reason }),
        None => json!({ "recovered": false, "cause": value["cause"] }),
    };
    let sources = data.as_object().into_iter().flatten();
    sources.map(|(source, value)| (source.clone(), result(value))).collect()
}

/// `seconds`: until the new token expires, at most 59.
fn refreshed(data: &Value) -> Value {
    let expires_at = format!("2026-11-23T09:00:{:02}.000Z", data["seconds"].as_u64().unwrap_or(59));
    let removed = data.get("removed").cloned().unwrap_or(json!([]));
    json!({ "expiresAt": expires_at, "removed": removed })
}

fn error(data: &Value) -> Value {
    let message = data.get("message").cloned().unwrap_or("try again".into());
    let closing = data.get("closing").cloned().unwrap_or(false.into());
    json!({ "code": data["code"], "message": message, "closing": closing })
}

/// The members are the subjects of the message. A number is that of the items of a complete subject, and a text is the
/// reason of an incomplete one. `{items: 2, next: TEXT}` is a page. `sources` has a default, and `invalid` is a list of
/// subjects, or `{count, subjects}`.
fn state(data: &Value, message: Option<&Value>) -> Value {
    let result = |subject: &Value| {
        let result = data.get(subject.as_str()?)?;
        let mut members = match result {
            Value::Number(items) => json!({ "complete": true, "items": items }),
            Value::String(reason) => json!({ "complete": false, "items": 0, "reason": reason }),
            page => {
                let mut members = page.clone();
                members["complete"] = false.into();
                members
            }
        };
        members["subject"] = subject.clone();
        Some(members)
    };
    let subjects = message.and_then(|message| message["subjects"].as_array());
    let sources = data.get("sources").cloned().unwrap_or(json!({ "tablecast/orders/acme": start() }));
    let invalid = match data.get("invalid").cloned().unwrap_or(json!([])) {
        Value::Array(subjects) => json!({ "count": subjects.len(), "subjects": subjects }),
        other => other,
    };
    let subjects: Vec<_> = subjects.into_iter().flatten().filter_map(result).collect();
    json!({ "subjects": subjects, "sources": sources, "invalid": invalid })
}

/// The end of the log of `acme` when a collection loads.
pub fn start() -> Option<String> {
    notation::position("first-10")
}
