//! What is said: events as clients get them, the same as they are on the bus, and what clients say.

use serde_json::{Map, Value as Json, json};
use tablecast_authoring::draft::Definitions;
use tablecast_authoring::registry::{bus_event, cloud_event};
use tablecast_protocol::event::bus_source;
use tablecast_protocol::message::{ACTIONS, Action};

use super::SCHEMAS;
use crate::contents::{Contents, Event};

const CLOUD_EVENT: &str = "application/cloudevents+json";

/// A type's message on the bus.
pub fn on_bus(event_type: &str) -> String {
    format!("bus.{event_type}")
}

pub fn reference(pointer: &str) -> Json {
    json!({ "$ref": pointer })
}

pub struct Said {
    pub messages: Map<String, Json>,
    /// The whole events, by their types.
    pub schemas: Map<String, Json>,
}

pub fn all<'c>(contents: &'c Contents<'c>, definitions: &mut Definitions<'c>) -> Said {
    let (mut messages, mut schemas) = (clients(), Map::new());
    for event in contents.events.iter().filter(|event| !event.emitters.is_empty()) {
        let names = event.pipe_names();
        let data = definitions.data(&event.schema.document);
        let whole = schema(event);
        schemas
            .insert(event.event_type.into(), cloud_event(event.event_type, &names, &event.schema.id, data));
        let detail = bus_event(event.event_type, &names, whole.clone());
        let examples = event.examples().into_iter().map(|detail| wrapped(event, detail)).collect();
        messages.insert(on_bus(event.event_type), message(event, "application/json", detail, examples));
        messages.insert(event.event_type.into(), message(event, CLOUD_EVENT, whole, event.examples()));
    }
    for event in &contents.controls {
        let data = definitions.data(&event.schema.document);
        schemas.insert(event.event_type.into(), control(event, data));
        messages
            .insert(event.event_type.into(), message(event, CLOUD_EVENT, schema(event), event.examples()));
    }
    Said { messages, schemas }
}

fn schema(event: &Event<'_>) -> Json {
    reference(&format!("{SCHEMAS}{}", event.event_type))
}

fn message(event: &Event<'_>, content_type: &str, payload: Json, examples: Vec<Json>) -> Json {
    let deprecated = if event.is_deprecated() { "Deprecated. " } else { "" };
    json!({
        "name": event.event_type,
        "title": event.title(),
        "summary": format!("{deprecated}{}", event.description()),
        "contentType": content_type,
        "payload": payload,
        "examples": examples.into_iter().map(|payload| json!({"payload": payload})).collect::<Vec<_>>(),
    })
}

/// What tablecast says itself: of no item, so without subject, sequence and position, unless it is in an event's place.
fn control(event: &Event<'_>, data: Json) -> Json {
    let one = |value: &str| json!({"type": "string", "enum": [value]});
    json!({
        "type": "object",
        "properties": {
            "specversion": one("1.0"), "id": {"type": "string"}, "source": {"type": "string"},
            "type": one(event.event_type), "time": {"type": "string", "format": "date-time"},
            "datacontenttype": one("application/json"), "dataschema": one(&event.schema.id), "data": data,
        },
        "required": ["specversion", "id", "source", "type", "time", "datacontenttype", "dataschema", "data"],
    })
}

/// As EventBridge gives it to the targets of rules.
fn wrapped(event: &Event<'_>, detail: Json) -> Json {
    let pipe = event.pipe_names().first().copied().unwrap_or_default();
    json!({
        "version": "0", "id": "0f3b7c9e-6a52-4d1b-9a0e-2b8a4c6d8e10", "detail-type": event.event_type,
        "source": bus_source(pipe), "account": "111122223333", "time": "2026-11-23T09:00:00Z",
        "region": "eu-central-1", "resources": [], "detail": detail,
    })
}

/// The messages of clients, by action, from the schemas in crates/protocol.
fn clients() -> Map<String, Json> {
    let message = |action: Action| (action.name().to_owned(), client_message(action));
    ACTIONS.map(message).into_iter().collect()
}

fn client_message(action: Action) -> Json {
    // The schema is compiled in, and a test of the protocol reads it.
    let mut schema: Json = serde_json::from_str(action.schema()).unwrap_or_default();
    let (title, summary) = (schema["title"].take(), schema["description"].take());
    let examples = schema["examples"].take();
    if let Some(members) = schema.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    let examples: Vec<Json> =
        examples.as_array().into_iter().flatten().map(|payload| json!({"payload": payload})).collect();
    json!({"name": action.name(), "title": title, "summary": summary, "contentType": "application/json",
        "payload": schema, "examples": examples})
}
