mod subject;

use serde_json::{Value as Json, json};
use tablecast_definitions::definition::EventRule;
use tablecast_pipeline::pipe::{Pipe, Pipes, State};
use tablecast_pipeline::schema::Schema;
use tablecast_protocol::subject::Subject;

/// An event type.
pub struct Event<'c> {
    pub event_type: &'c str,
    pub schema: &'c Schema,
    /// The pipes that emit it. A deprecated event may have none.
    pub emitters: Vec<&'c Pipe>,
}

impl<'c> Event<'c> {
    pub fn new(event_type: &'c str, schema: &'c Schema, pipes: &'c Pipes) -> Self {
        let emits = |pipe: &&Pipe| pipe.emits().any(|(_, emitted, _)| emitted == event_type);
        Self { event_type, schema, emitters: pipes.iter().filter(emits).collect() }
    }

    /// Returns the type without its version: `order.placed`.
    pub fn stem(&self) -> &str {
        self.event_type.rsplit_once('.').map_or(self.event_type, |(stem, _)| stem)
    }

    /// Returns the version: `v1`.
    pub fn version(&self) -> &str {
        self.event_type.rsplit_once('.').map_or("", |(_, version)| version)
    }

    pub fn title(&self) -> &str {
        self.text("title").unwrap_or(self.event_type)
    }

    pub fn description(&self) -> &str {
        self.text("description").unwrap_or_default()
    }

    pub fn is_deprecated(&self) -> bool {
        self.schema.document["deprecated"] == true
    }

    pub fn pipe_names(&self) -> Vec<&'c str> {
        self.emitters.iter().map(|pipe| pipe.name.as_str()).collect()
    }

    /// Returns the names of the pipes that publish this event on the bus.
    pub fn bus_pipe_names(&self) -> Vec<&'c str> {
        let pipes = self.emitters.iter().filter(|pipe| pipe.definition.bus);
        pipes.map(|pipe| pipe.name.as_str()).collect()
    }

    /// Returns the rules of a pipe that emit this event.
    pub fn rules<'p>(&self, pipe: &'p Pipe) -> impl Iterator<Item = &'p EventRule> {
        let rules = pipe.definition.events.iter();
        rules.filter(|rule| rule.event_type.text == self.event_type)
    }

    /// Returns whether this event is the state of a pipe's items.
    pub fn is_state(&self, pipe: &Pipe) -> bool {
        pipe.state().is_some_and(|state| state.event_type() == self.event_type)
    }

    /// Returns whether this event is about removed items of a pipe's state.
    pub fn is_removed(&self, pipe: &Pipe) -> bool {
        pipe.state().is_some_and(|state| state.removed_type() == self.event_type)
    }

    /// Returns the types of the state that this event belongs to, and of its removed items.
    pub fn state(&self) -> Option<[&'c str; 2]> {
        let of = |pipe: &&'c Pipe| self.is_state(pipe) || self.is_removed(pipe);
        let state = self.emitters.iter().copied().find(of)?.state()?;
        Some([state.event_type(), state.removed_type()])
    }

    /// Returns whole events with the data of the schema's examples.
    pub fn examples(&self) -> Vec<Json> {
        let examples = self.schema.document["examples"].as_array().into_iter().flatten();
        examples.map(|data| self.example(data)).collect()
    }

    fn example(&self, data: &Json) -> Json {
        let mut event = json!({
            "specversion": "1.0", "id": "DjkaeFQ1oAMFsqQ=", "source": "tablecast", "type": self.event_type,
            "time": "2026-11-23T09:00:00.000Z", "datacontenttype": "application/json",
            "dataschema": self.schema.id, "data": data,
        });
        if let Some(pipe) = self.emitters.first() {
            event["id"] = json!(format!("4a1d9c6be0e84e0f8e1f0a5f3c1b7d20:{}", self.event_type));
            let subject = subject::example(&pipe.subject_outline(), data);
            event["source"] =
                json!(Subject::parse(&subject).map(|subject| pipe.source(&subject)).unwrap_or_default());
            event["subject"] = json!(subject);
            event["time"] = json!("2026-11-23T09:00:00Z");
            event["sequence"] = json!("0000000000000000000000000000000000000042");
            event["position"] = json!("5c1f0e9a7b3d2468-1041");
            if pipe.definition.trace.is_some() {
                event["traceparent"] = json!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
            }
            if self.state().is_some() && pipe.state().is_some_and(State::has_version) {
                event["version"] = json!("0000000000000000000000000000000000000007");
            }
        }
        event
    }

    fn text(&self, name: &str) -> Option<&'c str> {
        self.schema.document[name].as_str()
    }
}
