use serde_json::{Value as Json, json};
use tablecast_protocol::event::bus_source;

use super::reference::{SCHEMAS, reference};
use crate::contents::Event;

/// Returns a reference to the schema of the whole event.
pub fn schema_reference(event: &Event<'_>) -> Json {
    reference(&format!("{SCHEMAS}{}", event.event_type))
}

pub fn message(event: &Event<'_>, content_type: &str, payload: Json, examples: Vec<Json>) -> Json {
    let deprecated = if event.is_deprecated() { "Deprecated. " } else { "" };
    let mut message = json!({
        "name": event.event_type,
        "title": event.title(),
        "summary": format!("{deprecated}{}", event.description()),
        "contentType": content_type,
        "payload": payload,
        "examples": examples.into_iter().map(|payload| json!({"payload": payload})).collect::<Vec<_>>(),
    });
    if event.state().is_some() {
        message["tags"] = json!([{ "name": "state", "description": "What an item is now, or its end." }]);
    }
    message
}

/// Returns the schema of a control event. It has no subject, sequence or position, because it belongs to no
/// item. An event that replaces another one may have them.
pub fn control_event(event: &Event<'_>, data: Json) -> Json {
    let constant = |value: &str| json!({"type": "string", "enum": [value]});
    json!({
        "type": "object",
        "properties": {
            "specversion": constant("1.0"), "id": {"type": "string"}, "source": {"type": "string"},
            "type": constant(event.event_type), "time": {"type": "string", "format": "date-time"},
            "datacontenttype": constant("application/json"), "dataschema": constant(&event.schema.id), "data": data,
        },
        "required": ["specversion", "id", "source", "type", "time", "datacontenttype", "dataschema", "data"],
    })
}

/// Returns an example of the envelope in which the target of an EventBridge rule receives an event.
pub fn envelope(event: &Event<'_>, detail: Json) -> Json {
    let pipe = event.bus_pipe_names().first().copied().unwrap_or_default();
    json!({
        "version": "0", "id": "0f3b7c9e-6a52-4d1b-9a0e-2b8a4c6d8e10", "detail-type": event.event_type,
        "source": bus_source(pipe), "account": "111122223333", "time": "2026-11-23T09:00:00Z",
        "region": "eu-central-1", "resources": [], "detail": detail,
    })
}
