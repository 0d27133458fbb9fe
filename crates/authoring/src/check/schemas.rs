//! What is odd about a schema that compiles: misspelt keywords, examples that it refuses, and that nobody uses it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::schema::{Keyword, keyword};
use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{Problem, Rule, Source};
use tablecast_pipeline::schema::{Schema, Schemas};
use tablecast_protocol::event_type;
use tablecast_values::pointer::escaped;
use tablecast_values::value::Value;

pub fn problems(schemas: &Schemas, sources: &[Source]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (source, schema) in found(schemas, sources) {
        let mut wrong = |rule, path, reason| problems.push(Problem::new(rule, &source.file, path, reason));
        keywords(&schema.document, String::new(), &mut |path, reason| {
            wrong(Rule::SchemaKeyword, path, reason)
        });
        for (at, example) in examples_of(schema).iter().enumerate() {
            if let Err(error) = schema.check(&Value::from(example)) {
                wrong(Rule::SchemaExample, format!("/examples/{at}{}", error.path), error.reason);
            }
        }
    }
    problems
}

pub fn examples(schemas: &Schemas) -> usize {
    schemas.iter().map(|(_, schema)| examples_of(schema).len()).sum()
}

fn examples_of(schema: &Schema) -> &[Json] {
    schema.document["examples"].as_array().map_or(&[], Vec::as_slice)
}

fn found<'s>(schemas: &'s Schemas, sources: &'s [Source]) -> impl Iterator<Item = (&'s Source, &'s Schema)> {
    sources.iter().filter_map(|source| Some((source, schemas.get(&source.name)?)))
}

fn keywords(schema: &Json, path: String, wrong: &mut dyn FnMut(String, String)) {
    for (name, value) in schema.as_object().into_iter().flatten() {
        let at = format!("{path}/{}", escaped(name));
        match keyword(name) {
            Some(Keyword::Rule | Keyword::Note) => {}
            Some(Keyword::Schema) => keywords(value, at, wrong),
            Some(Keyword::Schemas) => {
                let schemas = value.as_array().into_iter().flatten().enumerate();
                schemas.for_each(|(index, schema)| keywords(schema, format!("{at}/{index}"), wrong));
            }
            Some(Keyword::Named) => {
                let schemas = value.as_object().into_iter().flatten();
                schemas.for_each(|(name, schema)| keywords(schema, format!("{at}/{}", escaped(name)), wrong));
            }
            None => wrong(at, "is no keyword of JSON Schema 2020-12: validators ignore it".to_owned()),
        }
    }
}

/// Schemas of events that no pipe makes, and that no other schema refers to.
pub fn unused(schemas: &Schemas, sources: &[Source], definitions: &[(&Source, Definition)]) -> Vec<Problem> {
    let rules = definitions.iter().flat_map(|(_, definition)| &definition.events);
    let emitted: BTreeSet<&str> = rules.map(|rule| rule.event_type.text.as_str()).collect();
    let mut referred = BTreeSet::new();
    schemas.iter().for_each(|(event_type, schema)| references(&schema.document, event_type, &mut referred));
    let used = |name: &str, schema: &Schema| {
        emitted.contains(name)
            || referred.contains(name)
            || event_type::is_control(name)
            || schema.document["deprecated"] == true
    };
    let unused = found(schemas, sources).filter(|(source, schema)| !used(&source.name, schema));
    let told = |source: &Source| {
        Problem::new(Rule::SchemaUnused, &source.file, "", format!("no pipe emits {}", source.name))
    };
    unused.map(|(source, _)| told(source)).collect()
}

/// The event types whose files a schema refers to, other than its own.
fn references<'s>(schema: &'s Json, own: &str, found: &mut BTreeSet<&'s str>) {
    match schema {
        Json::Object(members) => {
            let file = members.get("$ref").and_then(Json::as_str).and_then(|reference| {
                let address = reference.split('#').next()?;
                address.rsplit('/').next()?.strip_suffix(".json")
            });
            found.extend(file.filter(|file| *file != own));
            members.values().for_each(|member| references(member, own, found));
        }
        Json::Array(elements) => elements.iter().for_each(|element| references(element, own, found)),
        _ => {}
    }
}
