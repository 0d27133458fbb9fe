//! The formats that server and clients check. formats.json describes each by keywords of JSON Schema, and
//! the TypeScript client reads the same file. So both sides accept the same texts.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use jsonschema::{PatternOptions, Validator};
use serde_json::Value as Json;
use tablecast_values::value::Value;

use super::instance::Borrowed;
use super::translate::translated;

static FORMATS: LazyLock<BTreeMap<String, Format>> = LazyLock::new(|| {
    let schemas: BTreeMap<String, Json> =
        serde_json::from_str(include_str!("formats.json")).unwrap_or_default();
    schemas.into_iter().map(|(name, schema)| (name, Format { schema, validator: OnceLock::new() })).collect()
});

/// A format. Its schema is compiled for the first text, because a process needs few formats.
pub struct Format {
    pub schema: Json,
    validator: OnceLock<Option<Validator<Borrowed>>>,
}

/// Returns the formats that a schema can have, by name.
pub fn all() -> impl Iterator<Item = (&'static str, &'static Format)> {
    FORMATS.iter().map(|(name, format)| (name.as_str(), format))
}

/// Returns the names of these formats.
pub fn names() -> impl Iterator<Item = &'static str> {
    FORMATS.keys().map(String::as_str)
}

impl Format {
    pub fn is_valid(&self, text: &str) -> bool {
        let validator = self.validator.get_or_init(|| compile(&self.schema));
        validator.as_ref().is_none_or(|validator| validator.is_valid(&Value::String(text.into())))
    }
}

/// A test compiles all of them, so none fails.
fn compile(schema: &Json) -> Option<Validator<Borrowed>> {
    let options = jsonschema::options_for::<Borrowed>().with_pattern_options(PatternOptions::regex());
    options.build(&translated(schema)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_a_check() {
        assert_eq!(all().count(), 14);
        for (name, format) in all() {
            assert!(compile(&format.schema).is_some(), "{name}");
            assert!(!format.is_valid("\u{0}"), "{name}");
        }
    }
}
