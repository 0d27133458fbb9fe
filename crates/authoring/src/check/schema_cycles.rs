//! Finds references that lead back to themselves at the same place of the data. Clients would check such a schema
//! without end.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};
use tablecast_pipeline::schema::Schemas;
use tablecast_values::pointer::escaped;

use crate::schema::{Keyword, Resolver, Subschema};

const REASON: &str = "leads back here at the same place of the data, so a check of a value would never end. Let it lead \
                      to a property or an element, or remove it";

/// Returns one problem for each cycle.
pub fn problems(schemas: &Schemas, files: &[DefinitionFile]) -> Vec<Problem> {
    let resolver = Resolver::new(schemas.iter().map(|(_, schema)| &schema.document));
    let (mut reported, mut problems) = (BTreeSet::new(), Vec::new());
    for file in files {
        let Some(schema) = schemas.get(&file.name) else { continue };
        walk(Subschema::root(&schema.document), "", &mut |subschema, path| {
            if subschema.get("$ref").is_none() || reported.contains(&subschema.address()) {
                return;
            }
            let cycle = cycle(&resolver, subschema);
            if !cycle.is_empty() {
                problems.push(Problem::new(Rule::SchemaFile, &file.file, format!("{path}/$ref"), REASON));
                reported.extend(cycle);
            }
        });
    }
    problems
}

/// Returns the schemas that are in a cycle with this one.
fn cycle<'d>(resolver: &Resolver<'d>, start: Subschema<'d>) -> BTreeSet<usize> {
    let all = reachable(resolver, start);
    let is_in_cycle = |other: &&Subschema<'d>| {
        reachable(resolver, **other).iter().any(|found| found.address() == start.address())
    };
    all.iter().filter(is_in_cycle).map(|other| other.address()).collect()
}

fn reachable<'d>(resolver: &Resolver<'d>, start: Subschema<'d>) -> Vec<Subschema<'d>> {
    let (mut found, mut known, mut next) = (Vec::new(), BTreeSet::new(), same_place(resolver, start));
    while let Some(subschema) = next.pop() {
        if known.insert(subschema.address()) {
            next.extend(same_place(resolver, subschema));
            found.push(subschema);
        }
    }
    found
}

/// Returns the schemas of keywords that check the same value.
fn same_place<'d>(resolver: &Resolver<'d>, subschema: Subschema<'d>) -> Vec<Subschema<'d>> {
    let reference = subschema.get("$ref").and_then(Json::as_str);
    let target = reference.and_then(|reference| resolver.resolve(subschema.file, reference));
    let arrays = ["allOf", "anyOf", "oneOf"].into_iter().flat_map(|keyword| subschema.array(keyword));
    let single = ["not", "if", "then", "else"].into_iter().filter_map(|keyword| subschema.child(keyword));
    let dependent = subschema.map("dependentSchemas").map(|(_, schema)| schema);
    target.into_iter().chain(arrays).chain(single).chain(dependent).collect()
}

fn walk<'d>(schema: Subschema<'d>, path: &str, visit: &mut dyn FnMut(Subschema<'d>, &str)) {
    visit(schema, path);
    for (name, value) in schema.schema.as_object().into_iter().flatten() {
        let path = format!("{path}/{}", escaped(name));
        match Keyword::of(name) {
            Some(Keyword::Schema) => walk(schema.with(value), &path, visit),
            Some(Keyword::SchemaArray) => {
                let elements = schema.array(name).enumerate();
                elements.for_each(|(index, it)| walk(it, &format!("{path}/{index}"), visit));
            }
            Some(Keyword::SchemaMap) => {
                schema.map(name).for_each(|(name, it)| walk(it, &format!("{path}/{}", escaped(name)), visit));
            }
            Some(Keyword::Assertion | Keyword::Annotation) | None => {}
        }
    }
}
