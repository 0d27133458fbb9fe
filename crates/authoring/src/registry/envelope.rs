//! Events as others get them, described in words that every draft of JSON Schema knows.

use serde_json::{Value as Json, json};

use tablecast_protocol::event::{self, DATACONTENTTYPE, SPECVERSION, bus_source};

/// An event of a table, as it is in a WebSocket message and in `detail` on the bus.
pub fn cloud_event(event_type: &str, pipes: &[&str], dataschema: &str, data: Json) -> Json {
    let sources: Vec<String> = pipes.iter().map(|pipe| event::source(pipe)).collect();
    described(&[
        ("specversion", one(SPECVERSION)),
        ("id", text("Of the record and the type: what comes twice has the same.")),
        ("source", json!({"type": "string", "enum": sources, "description": "tablecast, and the pipe."})),
        ("type", one(event_type)),
        ("subject", text("What the event is about: a path, such as orders/acme/1001.")),
        (
            "time",
            json!({"type": "string", "format": "date-time", "description": "When the change was made."}),
        ),
        ("datacontenttype", one(DATACONTENTTYPE)),
        ("dataschema", one(dataschema)),
        (
            "sequence",
            json!({"type": "string", "pattern": "^[0-9]{40}$",
            "description": "Text order is the order of changes to one item."}),
        ),
        (
            "position",
            json!({"type": "string", "pattern": "^[0-9a-f]{16}-(0|[1-9][0-9]*)$",
            "description": "The place in the log of the source, to go on from."}),
        ),
        ("data", data),
    ])
}

/// The event around it that EventBridge gives to the targets of rules.
pub fn bus_event(event_type: &str, pipes: &[&str], detail: Json) -> Json {
    let sources: Vec<String> = pipes.iter().map(|pipe| bus_source(pipe)).collect();
    described(&[
        ("version", json!({"type": "string"})),
        ("id", text("EventBridge's own: the event's is in detail.")),
        ("detail-type", one(event_type)),
        ("source", json!({"type": "string", "enum": sources})),
        ("account", json!({"type": "string"})),
        ("time", json!({"type": "string", "format": "date-time"})),
        ("region", json!({"type": "string"})),
        ("resources", json!({"type": "array", "items": {"type": "string"}})),
        ("detail", detail),
    ])
}

/// All of them are always there; others may come.
fn described(properties: &[(&str, Json)]) -> Json {
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Json> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": names })
}

fn one(value: &str) -> Json {
    json!({ "type": "string", "enum": [value] })
}

fn text(description: &str) -> Json {
    json!({ "type": "string", "minLength": 1, "description": description })
}
