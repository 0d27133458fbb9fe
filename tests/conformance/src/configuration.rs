//! The first argument of a client program.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

/// Returns the default, changed by the scenario. `store: true` is a file, and `validators: true` those of the client.
pub fn configuration(
    url: &str,
    changes: &Map<String, Value>,
    store: &Path,
    validators: Option<&Path>,
) -> Value {
    let mut configuration = json!({
        "url": url, "token": null, "store": null, "options": {}, "validators": null,
        "subscriptions": [{"name": "a", "subjects": ["orders/acme/*"]}],
    });
    for (name, value) in changes {
        configuration[name] = match (name.as_str(), value) {
            ("store", Value::Bool(true)) => json!(store),
            ("validators", Value::Bool(true)) => json!(validators),
            ("token", Value::Array(tokens)) => tokens.iter().map(token).collect(),
            (_, value) => value.clone(),
        };
    }
    configuration
}

/// `{expires: 12}` is a token with an `exp` in 12 seconds. Nobody verifies it.
fn token(value: &Value) -> Value {
    let Some(seconds) = value["expires"].as_u64() else { return value.clone() };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let part = |claims: Value| URL_SAFE_NO_PAD.encode(claims.to_string());
    format!(
        "{}.{}.c2lnbmF0dXJl",
        part(json!({"alg": "none"})),
        part(json!({"sub": "ada", "exp": now + seconds}))
    )
    .into()
}
