//! A schema, a later version of it, and data: `{"schema": ..., "new": ..., "data": [...]}`. Three things hold: our reading
//! agrees with the library's, a converted schema allows the same data, and a change without a finding breaks no reader.

use serde_json::{Value as Json, json};
use tablecast_authoring::draft::{Definitions, Draft};
use tablecast_authoring::evolution::breaking_changes;
use tablecast_authoring::schema::Resolver;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_pipeline::schema::Schemas;
use tablecast_values::value::Value;

use super::repository;
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "schema", form: Form::Json, check, samples, words: &[WORDS], inputs: 300 };

const WORDS: &[&str] = &[
    "schema",
    "new",
    "data",
    "type",
    "object",
    "array",
    "string",
    "number",
    "integer",
    "boolean",
    "null",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "prefixItems",
    "enum",
    "const",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "$ref",
    "#/$defs/a",
    "$defs",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "^a+$",
    "format",
    "date-time",
    "uniqueItems",
    "minItems",
    "maxItems",
    "contains",
    "propertyNames",
    "patternProperties",
    "dependentRequired",
    "multipleOf",
    "unevaluatedProperties",
    "exclusiveMinimum",
    "description",
    "examples",
    "default",
    "title",
    "#",
    "$anchor",
];

const NAME: &str = "order.placed.v1";

fn samples() -> Vec<String> {
    let schemas: Vec<Json> =
        repository::texts("schemas").iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let input = |schema: &Json| {
        let examples = schema["examples"].as_array().cloned().unwrap_or_default();
        json!({"schema": with_id(schema), "new": with_id(schema), "data": examples}).to_string()
    };
    let small = json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "minLength": 1}, "b": {"items": {"$ref": "#/$defs/a"}}}, "$defs": {"a": {"enum": [1, "x", null]}}});
    let data = json!([{"a": "x"}, {"a": ""}, {"b": [1]}, {"a": "y", "b": ["x", null, 2]}, [], 1.0, "a"]);
    let small = json!({"schema": with_id(&small), "new": with_id(&small), "data": data}).to_string();
    std::iter::once(small).chain(schemas.iter().map(input)).collect()
}

fn with_id(schema: &Json) -> Json {
    let mut schema = schema.clone();
    if let Some(members) = schema.as_object_mut() {
        members.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        members.insert("$id".into(), format!("https://tablecast.example/schemas/{NAME}.json").into());
    }
    schema
}

fn check(text: &str) {
    let Ok(input) = serde_json::from_str::<Json>(text) else { return };
    let [old, new] = ["schema", "new"].map(|name| file(&input[name]));
    let data = input["data"].as_array().cloned().unwrap_or_default();
    let [read_old, read_new] = [&old, &new].map(|file| Schemas::read(std::slice::from_ref(file)));
    assert_eq!(read_old.0.iter().count() == 1, read_old.1.is_empty(), "{:?}", read_old.1);
    let Some(schema) = read_old.0.get(NAME) else { return };
    let is_valid = |value: &Json| schema.check(&Value::from(value)).is_ok();
    compare(&input["schema"], &data, &is_valid);
    let changes = breaking_changes(&[old], &[new]);
    if let (Some(new), true) = (read_new.0.get(NAME), changes.is_empty()) {
        let breaks = |value: &&Json| new.check(&Value::from(*value)).is_ok() && !is_valid(value);
        assert_eq!(data.iter().find(breaks), None, "the check found no breaking change");
    }
}

/// Compares with the library, and with the conversion to draft 7.
fn compare(schema: &Json, data: &[Json], is_valid: &dyn Fn(&Json) -> bool) {
    let text = schema.to_string();
    // The library ignores formats and reads patterns differently.
    if ["\"format\"", "attern\"", "atternProperties\""].iter().any(|keyword| text.contains(keyword)) {
        return;
    }
    let Ok(plain) = jsonschema::draft202012::new(schema) else { return };
    let (resolver, seven) = (Resolver::new([schema]), Draft::Seven);
    let mut definitions = Definitions::new(&resolver, seven, "#/definitions/");
    let root = definitions.data(schema);
    let converted = definitions.finish().ok().map(|all| json!({"allOf": [root], "definitions": all}));
    let converted = converted.map(|schema| jsonschema::draft7::new(&schema).unwrap());
    for value in data {
        assert_eq!(is_valid(value), plain.is_valid(value), "{value}");
        let same = converted.as_ref().is_none_or(|converted| converted.is_valid(value) == is_valid(value));
        assert!(same, "draft 7 differs for {value}");
    }
}

fn file(schema: &Json) -> DefinitionFile {
    DefinitionFile { file: format!("schemas/{NAME}.json"), name: NAME.into(), text: schema.to_string() }
}
