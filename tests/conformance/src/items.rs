//! The lines of collections.
//!
//! - `items orders/acme/1=new missing orders/acme/2=invalid unnamed 3`: a snapshot, by subject
//! - `set orders/acme/1=paid`, `removed orders/acme/1`, `missing orders/acme/1=too-large`: a change

use serde_json::Value;

/// Returns the short form of a line of a collection, except those that subscriptions have too.
pub fn short(line: &Value) -> Option<String> {
    let text = |name: &str| line[name].as_str();
    if let Some(items) = line["items"].as_object() {
        let items = items.iter().map(|(subject, data)| format!(" {subject}={}", status(data)));
        return Some(format!("items{}{}{}", sorted(items), missing(line), unnamed(line)));
    }
    if let Some(subject) = text("set") {
        return Some(format!("set {subject}={}", status(&line["data"])));
    }
    if let (Some(subject), Some(reason)) = (text("missing"), text("reason")) {
        return Some(format!("missing {subject}={reason}"));
    }
    text("removed").map(|subject| format!("removed {subject}"))
}

fn status(data: &Value) -> &str {
    data["status"].as_str().unwrap_or("?")
}

fn missing(line: &Value) -> String {
    let missing = line["missing"].as_object().into_iter().flatten();
    let reasons = missing.map(|(subject, reason)| format!(" {subject}={}", reason.as_str().unwrap_or("?")));
    let reasons = sorted(reasons);
    if reasons.is_empty() { reasons } else { format!(" missing{reasons}") }
}

fn unnamed(line: &Value) -> String {
    let count = line["unnamed"].as_u64().filter(|count| *count > 0);
    count.map(|count| format!(" unnamed {count}")).unwrap_or_default()
}

fn sorted(texts: impl Iterator<Item = String>) -> String {
    let mut texts: Vec<_> = texts.collect();
    texts.sort();
    texts.concat()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lines_of_collections_have_short_forms() {
        let items = json!({"items": {"o/2": {"status": "new"}, "o/1": {"status": "paid"}}, "missing": {}});
        assert_eq!(short(&items).as_deref(), Some("items o/1=paid o/2=new"));
        let missing = json!({"items": {}, "missing": {"o/1": "invalid"}, "unnamed": 3});
        assert_eq!(short(&missing).as_deref(), Some("items missing o/1=invalid unnamed 3"));
        let set = json!({"set": "o/1", "data": {"status": "paid"}});
        assert_eq!(short(&set).as_deref(), Some("set o/1=paid"));
        assert_eq!(short(&json!({"removed": "o/1"})).as_deref(), Some("removed o/1"));
        let missing = json!({"missing": "o/1", "reason": "too-large"});
        assert_eq!(short(&missing).as_deref(), Some("missing o/1=too-large"));
        assert_eq!(short(&json!({"event": {"id": "acme 1"}})), None);
    }
}
