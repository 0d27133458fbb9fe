//! The description of this machine for the page, as JSON.

use serde::Serialize;
use serde_json::value::RawValue;
use tablecast_definitions::definition::Definition;
use tablecast_protocol::event_type::removed;

use crate::addresses::Addresses;
use crate::examples::Example;
use crate::hints::Hints;
use crate::identity::Identity;
use crate::names::{REGION, REJECTED_TABLE};
use crate::options::{Auth, Options};
use crate::pipe_file::PipeFile;

#[derive(Serialize)]
pub struct Description<'a> {
    auth: &'static str,
    dynamodb: String,
    region: &'static str,
    /// The table of rejected records.
    rejected: &'static str,
    /// The folder of the issuer's key, and the id of this key, if clients need tokens.
    folder: String,
    key_id: Option<String>,
    /// An identity for the first subscription, and a pattern that it is granted.
    identity: Identity,
    pattern: Option<String>,
    pipes: Vec<Pipe<'a>>,
}

#[derive(Serialize)]
struct Pipe<'a> {
    name: &'a str,
    table: &'a str,
    /// The name of the partition key, if the pipe file declares it.
    partition: Option<&'a str>,
    grants: Vec<&'a str>,
    /// The patterns that a record must match to pass.
    filter: &'a [serde_json::Value],
    /// The types of its events.
    types: Vec<String>,
    /// The type of its state.
    state: Option<&'a str>,
    examples: Vec<Write<'a>>,
}

/// An example write, and its events. The item keeps the order of its file.
#[derive(Serialize)]
struct Write<'a> {
    emits: &'a [String],
    operation: &'static str,
    item: &'a RawValue,
}

impl<'a> Description<'a> {
    pub fn new(
        options: &Options,
        addresses: &Addresses,
        pipes: &'a [PipeFile],
        key_id: Option<String>,
    ) -> Self {
        let Hints { identity, pattern, .. } = Hints::new(pipes);
        Self {
            auth: match options.auth {
                Auth::Jwt => "jwt",
                Auth::None => "none",
            },
            dynamodb: addresses.dynamodb(),
            region: REGION,
            rejected: REJECTED_TABLE,
            folder: options.absolute_folder().display().to_string(),
            key_id,
            identity,
            pattern,
            pipes: pipes.iter().map(Pipe::new).collect(),
        }
    }
}

impl<'a> Pipe<'a> {
    fn new(file: &'a PipeFile) -> Self {
        let definition = &file.definition;
        let keys = definition.keys.as_ref();
        Self {
            name: &file.name,
            table: &definition.table,
            partition: keys.and_then(|keys| keys.partition.keys().next()).map(String::as_str),
            grants: definition.grant.iter().flat_map(|grant| grant.iter()).map(String::as_str).collect(),
            filter: &definition.filter,
            types: types(definition),
            state: definition.state.as_ref().map(|state| state.event_type.text.as_str()),
            examples: file.examples.iter().map(Write::new).collect(),
        }
    }
}

/// Those of the rules, and those of the state.
fn types(definition: &Definition) -> Vec<String> {
    let rules = definition.events.iter().map(|rule| rule.event_type.text.clone());
    let state = definition.state.iter().map(|state| state.event_type.text.clone());
    let removals = definition.state.iter().filter_map(|state| removed(&state.event_type.text));
    rules.chain(state).chain(removals).collect()
}

impl<'a> Write<'a> {
    fn new(example: &'a Example) -> Self {
        Self { emits: &example.emits, operation: example.operation.name(), item: &example.item }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_a_pipe_include_those_of_its_state() {
        let text = "table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v1, data: {} }]\n\
            state: { type: order.v1, data: {} }\n";
        let definition = Definition::parse(text).unwrap();
        assert_eq!(types(&definition), ["order.placed.v1", "order.v1", "order.removed.v1"]);
    }
}
