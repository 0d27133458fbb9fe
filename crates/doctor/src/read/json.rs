use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Returns a text, or an empty one.
pub fn text(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Returns a number. SQS writes numbers as texts.
pub fn number(value: &Value, path: &str) -> Option<u64> {
    let value = value.pointer(path)?;
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Adds a token to a path that has a query.
pub fn with_token(path: &str, name: &str, token: Option<&str>) -> String {
    let token = token.map(|token| format!("&{name}={}", utf8_percent_encode(token, NON_ALPHANUMERIC)));
    format!("{path}{}", token.unwrap_or_default())
}
