use serde_json::{Map, Value as Json, json};
use tablecast_protocol::message::{ACTIONS, Action};

/// Returns the messages of clients by their actions.
pub fn all() -> Map<String, Json> {
    ACTIONS.map(|action| (action.name().to_owned(), message(action))).into_iter().collect()
}

/// Converts a message's schema. Its title, description and examples belong to the message in AsyncAPI.
fn message(action: Action) -> Json {
    // The schema is compiled in, and the tests of the protocol parse it.
    let mut schema: Json = serde_json::from_str(action.schema()).unwrap_or_default();
    let mut take =
        |name: &str| schema.as_object_mut().and_then(|members| members.remove(name)).unwrap_or_default();
    let (title, summary, examples) = (take("title"), take("description"), take("examples"));
    let examples: Vec<Json> =
        examples.as_array().into_iter().flatten().map(|payload| json!({"payload": payload})).collect();
    json!({
        "name": action.name(), "title": title, "summary": summary, "contentType": "application/json",
        "payload": schema, "examples": examples,
    })
}
