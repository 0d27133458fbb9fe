use serde_json::{Map, Value as Json};
use tablecast_authoring::draft::Definitions;
use tablecast_authoring::registry::{bus_event, cloud_event, state_event};

use super::client_messages;
use super::event_messages::{control_event, envelope, message, schema_reference};
use crate::contents::{Contents, Event};

const CLOUD_EVENT: &str = "application/cloudevents+json";

/// All messages of the document, with the schemas of whole events by their types.
#[derive(Default)]
pub struct Messages {
    pub messages: Map<String, Json>,
    pub schemas: Map<String, Json>,
}

/// Returns the name of an event's message on the bus.
pub fn on_bus(event_type: &str) -> String {
    format!("bus.{event_type}")
}

pub fn all<'c>(contents: &'c Contents<'c>, definitions: &mut Definitions<'c>) -> Messages {
    let mut all = Messages { messages: client_messages::all(), schemas: Map::new() };
    for event in contents.emitted() {
        let data = definitions.data(&event.schema.document);
        let schema = cloud_event(event.event_type, &event.schema.id, data);
        let is_state = event.emitters.iter().any(|pipe| event.is_state(pipe));
        all.add(event, if is_state { state_event(schema) } else { schema });
        if !event.bus_pipe_names().is_empty() {
            all.messages.insert(on_bus(event.event_type), bus_message(event));
        }
    }
    for event in &contents.controls {
        let data = definitions.data(&event.schema.document);
        all.add(event, control_event(event, data));
    }
    all
}

impl Messages {
    /// Adds an event on the WebSocket.
    fn add(&mut self, event: &Event<'_>, schema: Json) {
        let message = message(event, CLOUD_EVENT, schema_reference(event), event.examples());
        self.schemas.insert(event.event_type.into(), schema);
        self.messages.insert(event.event_type.into(), message);
    }
}

fn bus_message(event: &Event<'_>) -> Json {
    let payload = bus_event(event.event_type, &event.bus_pipe_names(), schema_reference(event));
    let examples = event.examples().into_iter().map(|detail| envelope(event, detail)).collect();
    message(event, "application/json", payload, examples)
}
