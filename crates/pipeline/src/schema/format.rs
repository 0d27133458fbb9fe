//! The formats that server and clients check. formats.json describes each by keywords of JSON Schema, and
//! the TypeScript client reads the same file. So both sides accept the same texts.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jsonschema::{PatternOptions, Validator};
use serde_json::Value as Json;
use tablecast_values::value::Value;

use super::instance::Borrowed;
use super::translate::translated;

static FORMATS: LazyLock<BTreeMap<String, Json>> =
    LazyLock::new(|| serde_json::from_str(include_str!("formats.json")).unwrap_or_default());

/// Returns the names of the formats that a schema can have.
pub fn names() -> impl Iterator<Item = &'static str> {
    FORMATS.keys().map(String::as_str)
}

/// A function that checks one format.
pub type Check = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// Returns a check for each format in the documents.
pub fn checks<'d>(documents: impl Iterator<Item = &'d Json> + Clone) -> Vec<(&'static str, Check)> {
    let used = |name: &&str| documents.clone().any(|document| contains(document, name));
    names().filter(used).filter_map(|name| Some((name, check(FORMATS.get(name)?)?))).collect()
}

fn check(schema: &Json) -> Option<Check> {
    let options = jsonschema::options_for::<Borrowed>().with_pattern_options(PatternOptions::regex());
    let validator: Validator<Borrowed> = options.build(&translated(schema)).ok()?;
    Some(Arc::new(move |text: &str| validator.is_valid(&Value::String(text.into()))))
}

/// Returns whether the text is a value anywhere in the document.
fn contains(document: &Json, text: &str) -> bool {
    match document {
        Json::String(value) => value == text,
        Json::Array(values) => values.iter().any(|value| contains(value, text)),
        Json::Object(members) => members.values().any(|value| contains(value, text)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_a_check() {
        assert_eq!(names().count(), 14);
        for (name, schema) in FORMATS.iter() {
            let check = check(schema).unwrap_or_else(|| panic!("{name}"));
            assert!(!check("\u{0}"), "{name}");
        }
    }
}
