use std::collections::BTreeSet;

use serde_json::Value as Json;
use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};
use tablecast_pipeline::schema::{Schema, Schemas};
use tablecast_protocol::event_type;

/// Finds schemas that no pipe emits and no other schema refers to.
pub fn problems(
    schemas: &Schemas,
    files: &[DefinitionFile],
    definitions: &[(&DefinitionFile, Definition)],
) -> Vec<Problem> {
    let emitted: BTreeSet<String> =
        definitions.iter().flat_map(|(_, definition)| emitted(definition)).collect();
    let mut referenced = BTreeSet::new();
    schemas.iter().for_each(|(name, schema)| references(&schema.document, name, &mut referenced));
    let is_used = |name: &str, schema: &Schema| {
        emitted.contains(name)
            || referenced.contains(name)
            || event_type::is_control(name)
            || schema.document["deprecated"] == true
    };
    let is_unused =
        |file: &&DefinitionFile| schemas.get(&file.name).is_some_and(|schema| !is_used(&file.name, schema));
    let problem = |file: &DefinitionFile| {
        Problem::new(Rule::SchemaUnused, &file.file, "", format!("no pipe emits {}", file.name))
    };
    files.iter().filter(is_unused).map(problem).collect()
}

/// The types of the rules, and those of the state.
pub fn emitted(definition: &Definition) -> Vec<String> {
    let rules = definition.events.iter().map(|rule| rule.event_type.text.clone());
    let state = definition.state.iter().map(|state| state.event_type.text.clone());
    let removed = definition.state.iter().filter_map(|state| event_type::removed(&state.event_type.text));
    rules.chain(state).chain(removed).collect()
}

/// Collects the event types of the other files that a schema refers to.
fn references<'s>(schema: &'s Json, own: &str, found: &mut BTreeSet<&'s str>) {
    match schema {
        Json::Object(members) => {
            let reference = members.get("$ref").and_then(Json::as_str);
            found.extend(reference.and_then(event_type_of).filter(|name| *name != own));
            members.values().for_each(|member| references(member, own, found));
        }
        Json::Array(elements) => elements.iter().for_each(|element| references(element, own, found)),
        _ => {}
    }
}

fn event_type_of(reference: &str) -> Option<&str> {
    let address = reference.split('#').next()?;
    address.rsplit('/').next()?.strip_suffix(".json")
}
