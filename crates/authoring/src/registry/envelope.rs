//! Schemas of whole events, with keywords that every draft of JSON Schema has.

use serde_json::{Value as Json, json};
use tablecast_pipeline::pipe::MAX_VERSION_CHARACTERS;
use tablecast_protocol::event::{DATACONTENTTYPE, SPECVERSION, bus_source};

/// Returns the schema of an event in a WebSocket message, and in `detail` on the bus.
pub fn cloud_event(event_type: &str, dataschema: &str, data: Json) -> Json {
    let mut event = object(&[
        ("specversion", one(SPECVERSION)),
        ("id", text("The id of the record and the type. If an event arrives twice, both have the same id.")),
        (
            "source",
            json!({"type": "string", "pattern": "^tablecast(/[A-Za-z0-9._~%-]+)+$",
            "description": "The event's channel: tablecast, and the first segments of the subject, percent-encoded. An example is tablecast/orders/acme."}),
        ),
        ("type", one(event_type)),
        ("subject", text("A path that identifies the item, such as orders/acme/1001.")),
        ("time", json!({"type": "string", "format": "date-time", "description": "The time of the change."})),
        ("datacontenttype", one(DATACONTENTTYPE)),
        ("dataschema", one(dataschema)),
        (
            "sequence",
            json!({"type": "string", "pattern": "^[0-9]{40}$",
            "description": "The order of changes to one item. Compare it as text."}),
        ),
        (
            "position",
            json!({"type": "string", "pattern": "^[0-9a-f]{16}-(0|[1-9][0-9]*)$",
            "description": "The event's position in the log of its source. Other sources have other logs. Clients resume after it."}),
        ),
        ("data", data),
    ]);
    event["properties"]["late"] = json!({"type": "boolean",
        "description": "True if the event is older, by sequence, than one of its subject that was sent before, as after a repair. Otherwise absent. It is no news."});
    event["properties"]["traceparent"] = json!({"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
        "description": "The trace in which the item was changed, as W3C Trace Context writes it. Absent if the change has none."});
    event["properties"]["version"] = json!({"type": "string", "minLength": 1, "maxLength": MAX_VERSION_CHARACTERS,
        "description": "The version of the item, if the event is about its state and the table has one. Text order is the order of changes."});
    event
}

/// Returns the schema of an event of a state on the WebSocket. In a snapshot, it has no place in a log.
pub fn state_event(mut event: Json) -> Json {
    event["properties"]["snapshot"] = json!({"type": "string", "minLength": 1,
        "description": "The id of the message that requested the state, if the event is part of a snapshot. Such an event has no sequence and no position."});
    if let Some(required) = event["required"].as_array_mut() {
        required.retain(|name| name != "sequence" && name != "position");
    }
    event
}

/// Returns the schema of the envelope in which the target of an EventBridge rule receives the event.
pub fn bus_event(event_type: &str, pipes: &[&str], detail: Json) -> Json {
    let sources: Vec<String> = pipes.iter().map(|pipe| bus_source(pipe)).collect();
    object(&[
        ("version", json!({"type": "string"})),
        ("id", text("EventBridge's own id. The event's id is in detail.")),
        ("detail-type", one(event_type)),
        ("source", json!({"type": "string", "enum": sources})),
        ("account", json!({"type": "string"})),
        ("time", json!({"type": "string", "format": "date-time"})),
        ("region", json!({"type": "string"})),
        ("resources", json!({"type": "array", "items": {"type": "string"}})),
        ("detail", detail),
    ])
}

/// Returns an object with these required properties. Others are allowed.
fn object(properties: &[(&str, Json)]) -> Json {
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
