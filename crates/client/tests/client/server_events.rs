//! Events as the server sends them, in JSON. Positions have short forms: `e-10` is `000000000000000e-10`.

use serde_json::{Map, Value, json};
use tablecast_protocol::Position;

pub const SOURCE: &str = "tablecast/orders";

/// The position of a pattern that is wider than a channel.
pub const NONE: &str = "0-0";

/// Returns the position of a short form.
pub fn position(short: &str) -> Position {
    let (epoch, offset) = short.split_once('-').unwrap();
    format!("{epoch:0>16}-{offset}").parse().unwrap()
}

pub fn event(event_type: &str, data: Value, more: Value) -> String {
    let id = format!("{event_type} {}", fastrand::u64(..));
    let mut event =
        json!({"specversion": "1.0", "id": id, "source": "tablecast", "type": event_type, "data": data});
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event.to_string()
}

/// An event of a source. Its id is `<name> <position>`.
pub fn placed(name: &str, source: &str, subject: &str, short: &str) -> String {
    let more = json!({"id": format!("{name} {short}"), "source": source, "subject": subject, "position": position(short)});
    event("order.placed.v1", json!({}), more)
}

/// An event of `SOURCE`, with its offset in the log. Its id is `<subject> <offset>`.
pub fn order(subject: &str, offset: u64) -> String {
    order_with(subject, offset, json!({}))
}

pub fn order_with(subject: &str, offset: u64, more: Value) -> String {
    let mut members = json!({"id": format!("{subject} {offset}"), "source": SOURCE, "subject": subject,
        "position": position(&format!("e-{offset}"))});
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event("order.placed.v1", json!({"offset": offset}), members)
}

/// The result of a source that the server replays up to this position.
pub fn recovered(short: &str) -> Value {
    json!({"recovered": true, "position": position(short)})
}

pub fn not_recovered(reason: &str) -> Value {
    json!({"recovered": false, "reason": reason})
}

pub fn too_wide() -> Value {
    json!({"recovered": false, "cause": "too-wide"})
}

/// The first reply to a subscribe with `after`.
pub fn resumed(request: &str, results: &[(&str, Value)]) -> String {
    let results: Map<_, _> =
        results.iter().map(|(source, result)| ((*source).to_owned(), result.clone())).collect();
    event("tablecast.resumed.v1", json!({"request": request, "sources": results}), json!({}))
}

/// The positions of `SOURCE` only.
pub fn end(offset: u64) -> Vec<(&'static str, String)> {
    vec![(SOURCE, format!("e-{offset}"))]
}

pub fn sources<S: AsRef<str>>(sources: &[(&str, S)]) -> Value {
    let entries =
        sources.iter().map(|(source, short)| ((*source).to_owned(), json!(position(short.as_ref()))));
    Value::Object(entries.collect())
}

pub fn subscribed<S: AsRef<str>>(request: &str, subjects: &[&str], ends: &[(&str, S)]) -> String {
    let granted: Vec<_> =
        subjects.iter().map(|subject| json!({"subject": subject, "granted": true})).collect();
    let data = json!({"request": request, "subjects": granted, "sources": sources(ends)});
    event("tablecast.subscribed.v1", data, json!({}))
}

/// The end of a page of state.
pub fn state<S: AsRef<str>>(request: &str, subjects: Value, ends: &[(&str, S)]) -> String {
    let data =
        json!({"request": request, "subjects": subjects, "sources": sources(ends), "invalid": {"count": 0}});
    event("tablecast.state.v1", data, json!({}))
}

pub fn unsubscribed(request: &str, subjects: &[&str]) -> String {
    event("tablecast.unsubscribed.v1", json!({"request": request, "subjects": subjects}), json!({}))
}

pub fn pong<S: AsRef<str>>(request: Option<&str>, ends: &[(&str, S)]) -> String {
    event("tablecast.pong.v1", json!({"request": request, "sources": sources(ends)}), json!({}))
}

pub fn error(request: Option<&str>, code: &str, closing: bool) -> String {
    let data = json!({"request": request, "code": code, "message": "try again", "closing": closing});
    event("tablecast.error.v1", data, json!({}))
}

/// The server cannot handle the request now.
pub fn unavailable(request: Option<&str>) -> String {
    error(request, "unavailable", false)
}

/// The reply to a refresh with a token that is valid for so many seconds. The clock of this server is far away.
pub fn refreshed(seconds: u64, removed: &[&str], request: Option<&str>) -> String {
    let at = |seconds: u64| tablecast_protocol::rfc3339(1_000_000_000_000 + 1_000 * seconds as i64);
    let data = json!({"request": request, "expiresAt": at(seconds), "removed": removed});
    event("tablecast.refreshed.v1", data, json!({"time": at(0)}))
}

pub fn reconnect() -> String {
    event("tablecast.reconnect.v1", json!({"closesAt": "2026-11-23T11:00:00Z"}), json!({}))
}

pub fn refused(status: u16, reason: &str, message: &str) -> String {
    let data = json!({"status": status, "reason": reason, "message": message});
    event("tablecast.refused.v1", data, json!({}))
}
