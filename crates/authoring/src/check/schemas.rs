use serde_json::Value as Json;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};
use tablecast_pipeline::schema::{Schema, Schemas};
use tablecast_values::pointer::escaped;
use tablecast_values::similar::closest;
use tablecast_values::value::Value;

use super::type_names;
use crate::schema::Keyword;

/// Finds unknown keywords, examples that their schema rejects, and names that code generators cannot take, in
/// schemas that compile.
pub fn problems(schemas: &Schemas, files: &[DefinitionFile]) -> Vec<Problem> {
    let mut problems = type_names::problems(files);
    for file in files {
        let Some(schema) = schemas.get(&file.name) else { continue };
        let mut report =
            |rule, path, reason: String| problems.push(Problem::new(rule, &file.file, path, reason));
        unknown_keywords(&schema.document, String::new(), &mut |path, name| {
            report(Rule::SchemaKeyword, path, advice(name))
        });
        for (index, example) in examples_of(schema).iter().enumerate() {
            if let Err(error) = schema.check(&Value::from(example)) {
                report(Rule::SchemaExample, format!("/examples/{index}{}", error.path), error.reason);
            }
        }
    }
    problems
}

/// Returns the number of examples in all schemas.
pub fn examples(schemas: &Schemas) -> usize {
    schemas.iter().map(|(_, schema)| examples_of(schema).len()).sum()
}

fn examples_of(schema: &Schema) -> &[Json] {
    schema.document["examples"].as_array().map_or(&[], Vec::as_slice)
}

/// Returns what is wrong with a keyword that JSON Schema 2020-12 does not have, and what to write.
fn advice(name: &str) -> String {
    let replacement = match name {
        "definitions" => "$defs, and change each $ref to it",
        "dependencies" => "dependentRequired or dependentSchemas",
        "additionalItems" => "items beside prefixItems",
        "id" => "$id",
        "$recursiveRef" => "$dynamicRef",
        "$recursiveAnchor" => "$dynamicAnchor",
        "divisibleBy" => "multipleOf",
        "disallow" => "not",
        "extends" => "allOf",
        "nullable" => return "is a keyword of OpenAPI: add \"null\" to the list of type".to_owned(),
        _ => {
            let suggestion =
                closest(name, Keyword::names()).map(|name| format!(". Did you mean \"{name}\"?"));
            let reason = "is not a keyword of JSON Schema 2020-12, so validators ignore it";
            return format!("{reason}{}", suggestion.unwrap_or_default());
        }
    };
    format!("is a keyword of an older draft: use {replacement}")
}

fn unknown_keywords(schema: &Json, path: String, report: &mut dyn FnMut(String, &str)) {
    for (name, value) in schema.as_object().into_iter().flatten() {
        let path = format!("{path}/{}", escaped(name));
        match Keyword::of(name) {
            Some(Keyword::Assertion | Keyword::Annotation) => {}
            Some(Keyword::Schema) => unknown_keywords(value, path, report),
            Some(Keyword::SchemaArray) => {
                let schemas = value.as_array().into_iter().flatten().enumerate();
                schemas.for_each(|(index, it)| unknown_keywords(it, format!("{path}/{index}"), report));
            }
            Some(Keyword::SchemaMap) => {
                let schemas = value.as_object().into_iter().flatten();
                schemas
                    .for_each(|(name, it)| unknown_keywords(it, format!("{path}/{}", escaped(name)), report));
            }
            None => report(path, name),
        }
    }
}
