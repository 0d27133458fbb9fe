//! Translates the patterns of a schema for the server's engine.

use serde_json::{Map, Value as Json};

use super::keyword::Keyword;
use super::pattern;

/// Returns the schema with translated patterns. Patterns that cannot be translated stay.
pub fn translated(schema: &Json) -> Json {
    let Json::Object(members) = schema else { return schema.clone() };
    let member = |(name, value): (&String, &Json)| (name.clone(), keyword(name, value));
    Json::Object(members.iter().map(member).collect())
}

fn keyword(name: &str, value: &Json) -> Json {
    match (Keyword::of(name), value) {
        (_, Json::String(text)) if name == "pattern" => Json::String(server_pattern(text)),
        (_, Json::Object(schemas)) if name == "patternProperties" => pattern_properties(schemas),
        (Some(Keyword::Schema), _) => translated(value),
        (Some(Keyword::SchemaArray), Json::Array(schemas)) => schemas.iter().map(translated).collect(),
        (Some(Keyword::SchemaMap), Json::Object(schemas)) => {
            schemas.iter().map(|(name, schema)| (name.clone(), translated(schema))).collect()
        }
        _ => value.clone(),
    }
}

fn pattern_properties(schemas: &Map<String, Json>) -> Json {
    let mut translations = Map::new();
    for (name, schema) in schemas {
        let mut name = server_pattern(name);
        // Two patterns can have the same translation.
        while translations.contains_key(&name) {
            name = format!("(?:{name})");
        }
        translations.insert(name, translated(schema));
    }
    Json::Object(translations)
}

fn server_pattern(text: &str) -> String {
    pattern::translated(text).unwrap_or_else(|_| text.to_owned())
}

/// Writes the original patterns in a message that has translated ones.
pub fn with_original_patterns(message: &str, schema: &Json) -> String {
    let mut patterns = Vec::new();
    collect(schema, &mut patterns);
    let quoted = |text: &str| format!("\"{text}\"");
    patterns.into_iter().fold(message.to_owned(), |message, original| {
        message.replace(&quoted(&server_pattern(original)), &quoted(original))
    })
}

fn collect<'s>(value: &'s Json, patterns: &mut Vec<&'s str>) {
    match value {
        Json::Array(values) => values.iter().for_each(|value| collect(value, patterns)),
        Json::Object(members) => members.iter().for_each(|(name, value)| match value {
            Json::String(text) if name == "pattern" => patterns.push(text),
            _ => collect(value, patterns),
        }),
        _ => {}
    }
}
