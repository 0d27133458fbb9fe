use serde_json::Value as Json;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};
use tablecast_pipeline::schema::{Schema, Schemas};
use tablecast_values::pointer::escaped;
use tablecast_values::value::Value;

use crate::schema::Keyword;

/// Finds unknown keywords, and examples that their schema rejects, in schemas that compile.
pub fn problems(schemas: &Schemas, files: &[DefinitionFile]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in files {
        let Some(schema) = schemas.get(&file.name) else { continue };
        let mut report =
            |rule, path, reason: String| problems.push(Problem::new(rule, &file.file, path, reason));
        unknown_keywords(&schema.document, String::new(), &mut |path| {
            let reason = "is not a keyword of JSON Schema 2020-12, so validators ignore it";
            report(Rule::SchemaKeyword, path, reason.to_owned())
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

fn unknown_keywords(schema: &Json, path: String, report: &mut dyn FnMut(String)) {
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
            None => report(path),
        }
    }
}
