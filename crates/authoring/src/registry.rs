//! What the EventBridge schema registry is told: of each pipe and each type that it emits, what is on the bus, in
//! JSON Schema draft 4. docs/adr/0016-schemas-for-others.md has the reasons.

mod envelope;

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::draft::{Definitions, Draft, Unsayable, pascal_case};
use crate::schema::Library;
use tablecast_definitions::problem::{Problem, Rule, Source};
use tablecast_pipeline::pipe::{Pipe, Pipes};
use tablecast_pipeline::schema::Schema;
use tablecast_protocol::event::bus_source;

pub use envelope::{bus_event, cloud_event};

/// EventBridge: characters of a schema's content.
const MAX_CONTENT: usize = 100_000;
/// EventBridge: characters of a schema's description.
const MAX_DESCRIPTION: usize = 256;
/// In draft 4.
const DEFINITIONS: &str = "#/definitions/";

struct Draft4<'s> {
    library: Library<'s>,
    sources: &'s [Source],
}

/// A schema of the registry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// `tablecast.orders@order.placed.v1`
    pub name: String,
    pub description: String,
    /// JSON.
    pub content: String,
}

/// In the order of pipes and types, or why there are none.
pub fn entries(pipes: &Pipes, sources: &[Source]) -> Result<Vec<Entry>, Vec<Problem>> {
    let library = Library::new(pipes.schemas().iter().map(|(_, schema)| &schema.document));
    let draft4 = Draft4 { library, sources };
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for (pipe, event_type, schema) in emitted(pipes) {
        match draft4.entry(&pipe.name, event_type, schema) {
            Ok(entry) => entries.push(entry),
            // Two events may refer to the same part of a file.
            Err(more) => more.into_iter().for_each(|problem| {
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }),
        }
    }
    if problems.is_empty() { Ok(entries) } else { Err(problems) }
}

/// Each type that a pipe emits, once.
fn emitted(pipes: &Pipes) -> Vec<(&Pipe, &str, &Schema)> {
    let of = |pipe| {
        let types: BTreeSet<&str> = Pipe::emits(pipe).map(|(_, event_type, _)| event_type).collect();
        types.into_iter().filter_map(move |name| Some((pipe, name, pipes.schemas().get(name)?)))
    };
    pipes.iter().flat_map(of).collect()
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

    /// The event on the bus; in it, by names that programs can have for types, the CloudEvent and its data.
    fn document(&self, pipe: &str, event_type: &str, schema: &Schema) -> Result<Json, Vec<Problem>> {
        let mut definitions = Definitions::new(&self.library, Draft::Four, DEFINITIONS);
        let data = definitions.data(&schema.document);
        let unsayable = |all: Vec<Unsayable<'_>>| {
            all.into_iter().map(|one| one.problem(self.sources)).collect::<Vec<_>>()
        };
        let mut definitions = definitions.finish().map_err(unsayable)?;
        let name = pascal_case(event_type);
        definitions.insert(name.clone(), cloud_event(event_type, &[pipe], &schema.id, data));
        let detail = json!({ "$ref": format!("{DEFINITIONS}{name}") });
        let mut document = bus_event(event_type, &[pipe], detail);
        document["$schema"] = json!("http://json-schema.org/draft-04/schema#");
        // As AWS names what is around `detail`; a definition has the event's own name already.
        document["title"] = json!("AWSEvent");
        document["definitions"] = definitions.into();
        document["x-amazon-events-source"] = json!(bus_source(pipe));
        document["x-amazon-events-detail-type"] = json!(event_type);
        Ok(document)
    }

    fn too_long(&self, event_type: &str, length: usize) -> Problem {
        let source = self.sources.iter().find(|source| source.name == event_type);
        let reason =
            format!("what describes it on the bus has {length} characters; {MAX_CONTENT} are the most");
        Problem::new(Rule::SchemaRegistry, source.map_or(event_type, |source| &source.file), "", reason)
    }
}

/// One line, not longer than it may be.
fn description(schema: &Json) -> String {
    let text = |name: &str| schema[name].as_str();
    let whole = text("description").or(text("title")).unwrap_or_default();
    let whole = match schema["deprecated"] == true {
        true => format!("Deprecated. {whole}"),
        false => whole.to_owned(),
    };
    match whole.chars().count() {
        ..=MAX_DESCRIPTION => whole,
        _ => whole.chars().take(MAX_DESCRIPTION - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests;
