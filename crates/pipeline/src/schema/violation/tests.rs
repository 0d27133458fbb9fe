use serde_json::{Value as Json, json};
use tablecast_definitions::problem::DefinitionFile;
use tablecast_values::located::Located;
use tablecast_values::value::Value;

use crate::schema::Schemas;

/// A name or a value of the data that the schema does not have.
const SECRET: &str = "SECRET/KEY";

fn file(name: &str, mut body: Json) -> DefinitionFile {
    body["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    body["$id"] = format!("https://x.example/{name}.json").into();
    DefinitionFile { file: format!("schemas/{name}.json"), name: name.into(), text: body.to_string() }
}

fn error(body: Json, data: &Json) -> Located {
    let named = json!({"$defs": {"known": {"$anchor": "it", "properties": {"known": {"type": "integer"}}}}});
    let schemas = Schemas::compile(&[file("a.v1", body), file("named.v1", named)]).unwrap();
    schemas.get("a.v1").unwrap().check(&Value::from(data)).unwrap_err()
}

#[test]
fn a_name_that_only_the_data_has_is_in_neither_path_nor_reason() {
    let integer = || json!({"type": "integer"});
    let of_map = |schema: Json| json!({"properties": {"m": schema}});
    for (schema, path) in [
        (of_map(json!({"additionalProperties": integer()})), "/m/*"),
        (of_map(json!({"additionalProperties": false})), "/m"),
        (of_map(json!({"properties": {"known": true}, "additionalProperties": false})), "/m"),
        (of_map(json!({"unevaluatedProperties": integer()})), "/m"),
        (of_map(json!({"unevaluatedProperties": false})), "/m"),
        (of_map(json!({"patternProperties": {"^SEC": integer()}})), "/m/*"),
        (of_map(json!({"patternProperties": {"^SEC": false}})), "/m/*"),
        (of_map(json!({"propertyNames": {"maxLength": 3}})), "/m"),
        (of_map(json!({"propertyNames": {"pattern": "^[a-z]+$"}})), "/m"),
        (of_map(json!({"propertyNames": {"enum": ["known"]}})), "/m"),
        (of_map(json!({"propertyNames": {"not": {}}})), "/m"),
        (of_map(json!({"propertyNames": false})), "/m"),
        (of_map(json!({"maxProperties": 0})), "/m"),
        (of_map(json!({"minProperties": 2})), "/m"),
        (of_map(json!({"required": ["known"]})), "/m"),
        (of_map(json!({"not": {}})), "/m"),
        (of_map(json!({"anyOf": [{"additionalProperties": false}]})), "/m"),
        (of_map(json!({"oneOf": [{"additionalProperties": false}, {"maxProperties": 0}]})), "/m"),
        (of_map(json!({"allOf": [{"additionalProperties": integer()}]})), "/m/*"),
        (of_map(json!({"if": {}, "then": {"additionalProperties": integer()}})), "/m/*"),
        (of_map(json!({"if": false, "else": {"additionalProperties": integer()}})), "/m/*"),
        (of_map(json!({"const": {}})), "/m"),
        (of_map(json!({"enum": [{}]})), "/m"),
        (of_map(integer()), "/m"),
        (json!({"dependentSchemas": {"m": {"additionalProperties": {"additionalProperties": false}}}}), "/m"),
        (json!({"dependentRequired": {"m": ["known"]}}), ""),
        (json!({"additionalProperties": {"additionalProperties": integer()}}), "/*/*"),
        // The name of another object is no name of this one.
        (
            json!({"properties": {"m": {"additionalProperties": integer()}, "o": {"properties": {SECRET: true}}}}),
            "/m/*",
        ),
    ] {
        let error = error(schema.clone(), &json!({"m": {SECRET: SECRET}}));
        assert_eq!(error.path, path, "{schema}: {error}");
        assert!(!error.reason.contains("SECRET/") && !error.reason.contains("KEY"), "{schema}: {error}");
    }
}

#[test]
fn names_of_the_schema_and_indexes_of_lists_are_in_the_path() {
    let known = || json!({"properties": {"known": {"type": "integer"}}});
    let integers = || json!({"additionalProperties": {"type": "integer"}});
    let with = |mut schema: Json, keyword: &str, value: Json| {
        schema[keyword] = value;
        schema
    };
    for (schema, path) in [
        (known(), "/known"),
        (json!({"$ref": "#/$defs/a", "$defs": {"a": known()}}), "/known"),
        (json!({"$ref": "named.v1.json#/$defs/known"}), "/known"),
        (json!({"$ref": "named.v1.json#it"}), "/known"),
        (
            json!({"$dynamicRef": "#a", "$defs": {"a": {"$dynamicAnchor": "a", "properties": known()["properties"]}}}),
            "/known",
        ),
        (json!({"allOf": [{"if": true, "then": known()}]}), "/known"),
        (with(integers(), "required", json!(["known"])), "/known"),
        (with(integers(), "dependentRequired", json!({"known": []})), "/known"),
        (with(integers(), "dependentRequired", json!({"x": ["known"]})), "/known"),
        (with(integers(), "dependentSchemas", json!({"known": true})), "/known"),
        (with(integers(), "anyOf", json!([{"properties": {"known": true}}, true])), "/known"),
        (json!({"allOf": [integers()]}), "/*"),
    ] {
        assert_eq!(error(schema.clone(), &json!({"known": "x"})).path, path, "{schema}");
    }
    let lists = json!({"items": {"prefixItems": [true, known()]}});
    assert_eq!(error(lists, &json!([[], [{}, {"known": "x"}]])).path, "/1/1/known");
    let nested = json!({"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"a/b": {"$ref": "#"}},
        "additionalProperties": {"type": "object"}}}});
    assert_eq!(error(nested, &json!({"a/b": {"a/b": {"c": 1}}})).path, "/a~1b/a~1b/*");
}

#[test]
fn a_number_is_in_the_path_only_as_the_index_of_a_list() {
    let schema = json!({"items": {"additionalProperties": {"items": {"type": "integer"}}}});
    assert_eq!(error(schema, &json!([{}, {"41": [1, "x"]}])).path, "/1/*/1");
}

#[test]
fn a_reason_is_written_from_the_schema() {
    let data = json!({"SECRET": "x", "KEY": 1});
    for (schema, reason) in [
        (
            json!({"properties": {"total": true}, "additionalProperties": false}),
            "Additional properties are not allowed (2 properties were unexpected)",
        ),
        (
            json!({"properties": {"KEY": true}, "unevaluatedProperties": false}),
            "Unevaluated properties are not allowed (1 property was unexpected)",
        ),
        (
            json!({"propertyNames": {"maxLength": 3}}),
            "the name of a property is not allowed: value is longer than 3 characters",
        ),
        (json!({"required": ["total"]}), "\"total\" is a required property"),
        (json!({"dependentRequired": {"KEY": ["total"]}}), "\"total\" is a required property"),
    ] {
        assert_eq!(error(schema, &data).reason, reason);
    }
}
