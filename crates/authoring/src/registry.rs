//! Describes the events on the bus for EventBridge's schema registry, in JSON Schema draft 4: a schema for
//! each pipe and each event type that it emits. docs/adr/0016-schemas-for-others.md explains why.

mod envelope;

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};
use tablecast_pipeline::pipe::{Pipe, Pipes};
use tablecast_pipeline::schema::Schema;
use tablecast_protocol::event::bus_source;

use crate::draft::{Definitions, Draft, Unsupported, pascal_case};
use crate::schema::Resolver;

pub use envelope::{bus_event, cloud_event, state_event};

/// EventBridge's limit for the characters of a schema's content.
const MAX_CONTENT: usize = 100_000;
/// EventBridge's limit for the characters of a schema's description.
const MAX_DESCRIPTION: usize = 256;
/// The pointer to a draft 4 document's definitions.
const DEFINITIONS: &str = "#/definitions/";

struct Draft4<'s> {
    resolver: Resolver<'s>,
    files: &'s [DefinitionFile],
}

/// A schema for the registry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// `tablecast.orders@order.placed.v1`
    pub name: String,
    pub description: String,
    /// The schema as JSON.
    pub content: String,
}

/// Returns the schemas in the order of pipes and types, or why they cannot be registered.
pub fn entries(pipes: &Pipes, files: &[DefinitionFile]) -> Result<Vec<Entry>, Vec<Problem>> {
    let resolver = Resolver::new(pipes.schemas().iter().map(|(_, schema)| &schema.document));
    let draft4 = Draft4 { resolver, files };
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for (pipe, event_type, schema) in emitted(pipes) {
        match draft4.entry(&pipe.name, event_type, schema) {
            Ok(entry) => entries.push(entry),
            // Two events may refer to the same faulty part of a file.
            Err(more) => more.into_iter().for_each(|problem| {
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }),
        }
    }
    if problems.is_empty() { Ok(entries) } else { Err(problems) }
}

/// Returns each pipe with each event type that it emits, once.
fn emitted(pipes: &Pipes) -> Vec<(&Pipe, &str, &Schema)> {
    let types_of = |pipe| {
        let types: BTreeSet<&str> = Pipe::emits(pipe).map(|(_, event_type, _)| event_type).collect();
        types.into_iter().filter_map(move |name| Some((pipe, name, pipes.schemas().get(name)?)))
    };
    pipes.iter().flat_map(types_of).collect()
}

impl Draft4<'_> {
    fn entry(&self, pipe: &str, event_type: &str, schema: &Schema) -> Result<Entry, Vec<Problem>> {
        let source = bus_source(pipe);
        let content = self.document(pipe, event_type, schema)?.to_string();
        match content.chars().count() {
            ..=MAX_CONTENT => {
                let (name, description) = (format!("{source}@{event_type}"), description(&schema.document));
                Ok(Entry { name, description, content })
            }
            length => Err(vec![self.too_long(event_type, length)]),
        }
    }

    /// Returns the schema of the event on the bus. Code generators use the names of its definitions as type
    /// names.
    fn document(&self, pipe: &str, event_type: &str, schema: &Schema) -> Result<Json, Vec<Problem>> {
        let mut definitions = Definitions::new(&self.resolver, Draft::Four, DEFINITIONS);
        let data = definitions.data(&schema.document);
        let problems = |all: Vec<Unsupported<'_>>| {
            all.into_iter().map(|one| one.problem(self.files)).collect::<Vec<_>>()
        };
        let mut definitions = definitions.finish().map_err(problems)?;
        let name = pascal_case(event_type);
        definitions.insert(name.clone(), cloud_event(event_type, &schema.id, data));
        let detail = json!({ "$ref": format!("{DEFINITIONS}{name}") });
        let mut document = bus_event(event_type, &[pipe], detail);
        document["$schema"] = json!("http://json-schema.org/draft-04/schema#");
        // AWS uses this name for the envelope around `detail`. A definition has the event's own name.
        document["title"] = json!("AWSEvent");
        document["definitions"] = definitions.into();
        document["x-amazon-events-source"] = json!(bus_source(pipe));
        document["x-amazon-events-detail-type"] = json!(event_type);
        Ok(document)
    }

    fn too_long(&self, event_type: &str, length: usize) -> Problem {
        let file = self.files.iter().find(|file| file.name == event_type);
        let reason = format!("the registry schema has {length} characters; EventBridge allows {MAX_CONTENT}");
        Problem::new(Rule::SchemaRegistry, file.map_or(event_type, |file| &file.file), "", reason)
    }
}

/// Returns the description or the title, shortened to the limit.
fn description(schema: &Json) -> String {
    let text = |name: &str| schema[name].as_str();
    let text = text("description").or(text("title")).unwrap_or_default();
    let text = match schema["deprecated"] == true {
        true => format!("Deprecated. {text}"),
        false => text.to_owned(),
    };
    match text.chars().count() {
        ..=MAX_DESCRIPTION => text,
        _ => text.chars().take(MAX_DESCRIPTION - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests;
