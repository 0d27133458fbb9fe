use jsonschema::{Draft as Known, Retrieve, Uri};
use serde_json::{Value as Json, json};

use super::*;
use crate::schema::Resolver;

/// Values of all kinds. Each schema below accepts some of them and rejects others.
fn values() -> Vec<Json> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(2),
        json!(2.5),
        json!(5),
        json!(""),
        json!("a"),
        json!("ab"),
        json!("abc"),
        json!([]),
        json!([1]),
        json!([1, 1]),
        json!(["a", 1]),
        json!(["a", 1, true]),
        json!([[1], "a"]),
        json!({}),
        json!({"a": 1}),
        json!({"a": "x"}),
        json!({"a": 1, "b": 2}),
        json!({"b": 2}),
        json!({"b": "x", "c": null}),
        json!({"a": {"a": {"a": 1}}}),
        json!({"a": {"a": {"a": "x"}}}),
        json!({"x-1": 1, "a": 2}),
        json!({"$ref": "x"}),
    ]
}

fn file(body: Json) -> Json {
    let mut file = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://tablecast.example/schemas/order.placed.v1.json",
    });
    file.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    file
}

/// Returns a whole document in an older draft, or the path and the reason of each unsupported keyword.
fn converted(draft: Draft, body: &Json) -> Result<Json, Vec<(String, String)>> {
    let (file, other) = (file(body.clone()), other());
    let resolver = Resolver::new([&file, &other]);
    let mut definitions = Definitions::new(&resolver, draft, "#/definitions/");
    let data = definitions.data(&file);
    let parts = |unsupported: Unsupported<'_>| (unsupported.path, unsupported.reason);
    let definitions = definitions.finish().map_err(|all| all.into_iter().map(parts).collect::<Vec<_>>())?;
    Ok(json!({"allOf": [data], "definitions": definitions}))
}

fn other() -> Json {
    let mut other = file(json!({"type": "object", "required": ["b"], "$defs": {"text": {"type": "string"}}}));
    other["$id"] = json!("https://tablecast.example/schemas/address.v1.json");
    other
}

struct Files;

impl Retrieve for Files {
    fn retrieve(&self, _: &Uri<String>) -> Result<Json, Box<dyn std::error::Error + Send + Sync>> {
        Ok(other())
    }
}

fn validator(draft: Known, schema: &Json) -> jsonschema::Validator {
    let options = jsonschema::options().with_draft(draft).with_retriever(Files);
    options.build(schema).unwrap_or_else(|error| panic!("{error} in {schema:#}"))
}

/// Schemas with every keyword, and combinations of keywords.
fn supported() -> Vec<Json> {
    vec![
        json!({}),
        json!({"type": "integer"}),
        json!({"type": ["string", "null"]}),
        json!({"const": 1}),
        json!({"const": {"a": 1}}),
        json!({"const": 1, "enum": [1, 2]}),
        json!({"const": 5, "enum": [1, 2]}),
        json!({"enum": [1, 1, "a"]}),
        json!({"enum": []}),
        json!({"exclusiveMinimum": 1}),
        json!({"exclusiveMaximum": 2}),
        json!({"minimum": 1, "exclusiveMinimum": 1}),
        json!({"minimum": 2, "exclusiveMinimum": 1, "maximum": 2.5, "exclusiveMaximum": 5}),
        json!({"multipleOf": 2, "minLength": 2.0, "maxLength": 2}),
        json!({"pattern": "^a.$", "minItems": 1, "maxItems": 2.0, "uniqueItems": true}),
        json!({"minProperties": 1, "maxProperties": 1}),
        json!({"required": []}),
        json!({"required": ["a"], "properties": {"a": {"type": "integer"}, "b": false}}),
        json!({"properties": {"a": true}, "additionalProperties": false}),
        json!({"properties": {"a": true}, "additionalProperties": {"type": "integer"}}),
        json!({"patternProperties": {"^x-": {"type": "string"}}}),
        json!({"items": {"type": "integer"}}),
        json!({"items": false}),
        json!({"prefixItems": [{"type": "string"}, true]}),
        json!({"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}),
        json!({"prefixItems": [{"type": "string"}, {}], "items": false}),
        json!({"contains": {"type": "string"}}),
        json!({"contains": {"type": "string"}, "minContains": 1}),
        json!({"contains": {"type": "string"}, "minContains": 0}),
        json!({"minContains": 3, "maxContains": 1}),
        json!({"not": {"type": "object"}}),
        json!({"allOf": [{"type": "object"}, {"required": ["a"]}]}),
        json!({"anyOf": [{"const": 1}, {"type": "string"}]}),
        json!({"oneOf": [{"type": "integer"}, {"minimum": 2}]}),
        json!({"if": {"type": "object"}, "then": {"required": ["a"]}, "else": {"type": "string"}}),
        json!({"if": {"type": "object"}, "then": {"required": ["a"]}}),
        json!({"if": {"type": "object"}, "else": {"type": "string"}}),
        json!({"if": {"type": "object"}}),
        json!({"then": false, "else": false}),
        json!({"dependentRequired": {"a": ["b"], "c": []}}),
        json!({"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"a": {"required": ["c"]}}}),
        json!({"dependentSchemas": {"a": {"properties": {"a": {"type": "string"}}}}}),
        json!({"$ref": "#/$defs/text", "$defs": {"text": {"type": "string"}}}),
        json!({"$ref": "#/$defs/text", "minLength": 2, "$defs": {"text": {"type": "string"}}}),
        json!({"properties": {"a": {"$ref": "#", "description": "Itself."}, "b": {"$ref": "#/properties/c"},
            "c": {"type": "null"}}, "type": ["object", "integer"]}),
        json!({"$ref": "address.v1.json"}),
        json!({"properties": {"b": {"$ref": "https://tablecast.example/schemas/address.v1.json#/$defs/text"}}}),
        json!({"title": "T", "description": "D", "default": 1, "examples": [1], "deprecated": true, "x-note": 1,
            "$comment": "c", "readOnly": true, "type": "integer"}),
    ]
}

#[test]
fn a_value_is_valid_for_the_converted_schema_if_and_only_if_for_the_original() {
    for body in supported() {
        let original = validator(Known::Draft202012, &file(body.clone()));
        for (draft, known, is_schema) in [
            (Draft::Four, Known::Draft4, jsonschema::draft4::meta::is_valid as fn(&Json) -> bool),
            (Draft::Seven, Known::Draft7, jsonschema::draft7::meta::is_valid),
        ] {
            let schema = converted(draft, &body).unwrap();
            assert!(is_schema(&schema), "{schema:#}");
            let converted = validator(known, &schema);
            for value in values() {
                assert_eq!(
                    original.is_valid(&value),
                    converted.is_valid(&value),
                    "{value} by {body} and {schema:#}"
                );
            }
        }
    }
}

/// Otherwise the test above could not fail.
#[test]
fn the_test_values_distinguish_all_but_trivial_schemas() {
    let verdicts = |body: Json| -> Vec<bool> {
        let validator = validator(Known::Draft202012, &file(body));
        values().iter().map(|value| validator.is_valid(value)).collect()
    };
    let trivial = supported().into_iter().filter(|body| {
        let verdicts = verdicts(body.clone());
        verdicts.iter().all(|valid| *valid) || verdicts.iter().all(|valid| !*valid)
    });
    let trivial: Vec<Json> = trivial.collect();
    let expected = [
        json!({}),
        json!({"const": 5, "enum": [1, 2]}),
        json!({"enum": []}),
        json!({"required": []}),
        json!({"contains": {"type": "string"}, "minContains": 0}),
        json!({"minContains": 3, "maxContains": 1}),
        json!({"if": {"type": "object"}}),
        json!({"then": false, "else": false}),
    ];
    assert_eq!(trivial, expected);
}

#[test]
fn all_unsupported_keywords_are_reported_with_their_paths() {
    let body = json!({"properties": {
        "a": {"propertyNames": {"maxLength": 3}, "unevaluatedProperties": false},
        "b/c": {"unevaluatedItems": false}, "d": {"contains": {}, "minContains": 2},
        "e": {"contains": {}, "maxContains": 2}, "f": {"$anchor": "f"}, "g": {"$dynamicRef": "#f"},
        "h": {"$id": "https://tablecast.example/h.json"}, "i": {"$ref": "#nowhere"},
        "j": {"$ref": "#", "dependencies": {"a": ["b"]}},
    }});
    let expected = [
        "a/propertyNames",
        "a/unevaluatedProperties",
        "b~1c/unevaluatedItems",
        "d/minContains",
        "e/maxContains",
        "f/$anchor",
        "g/$dynamicRef",
        "h/$id",
        "i/$ref",
        "j/dependencies",
    ];
    for draft in [Draft::Four, Draft::Seven] {
        let unsupported = converted(draft, &body).unwrap_err();
        let paths: Vec<_> =
            unsupported.iter().map(|(path, _)| path.trim_start_matches("/properties/")).collect();
        assert_eq!(paths, expected);
        assert!(unsupported.iter().all(|(_, reason)| !reason.is_empty()));
    }
}

#[test]
fn keywords_that_draft_4_has_stay_unchanged() {
    let body = json!({
        "title": "Order placed", "type": "object", "required": ["status"], "examples": [{"status": "PAID"}],
        "properties": {
            "status": {"$ref": "#/$defs/status", "description": "Now."}, "kind": {"const": "web"},
            "count": {"type": "integer", "exclusiveMinimum": 0},
        },
        "$defs": {"status": {"enum": ["PAID"]}, "unused": {"type": "string"}},
    });
    let expected = json!({
        "OrderPlacedV1Data": {
            "title": "Order placed", "type": "object", "required": ["status"],
            "properties": {
                "status": {"$ref": "#/definitions/OrderPlacedV1DataStatus"}, "kind": {"enum": ["web"]},
                "count": {"type": "integer", "minimum": 0, "exclusiveMinimum": true},
            },
        },
        "OrderPlacedV1DataStatus": {"enum": ["PAID"]},
    });
    assert_eq!(converted(Draft::Four, &body).unwrap()["definitions"], expected);
}

#[test]
fn in_draft_4_a_number_with_a_decimal_point_is_not_an_integer() {
    let schema = converted(Draft::Four, &json!({"type": "integer"})).unwrap();
    let validator = validator(Known::Draft4, &schema);
    assert_eq!((validator.is_valid(&json!(1)), validator.is_valid(&json!(1.0))), (true, false));
}

#[test]
fn two_schemas_with_the_same_name_get_different_names() {
    let body = json!({"$ref": "#/$defs/a", "properties": {"a": {"$ref": "#/properties/b/a"}, "b": {"a": {"type": "null"}}},
        "$defs": {"a": {"type": "object"}}});
    let definitions = converted(Draft::Four, &body).unwrap()["definitions"].clone();
    let names: Vec<&String> = definitions.as_object().unwrap().keys().collect();
    assert_eq!(names, ["OrderPlacedV1Data", "OrderPlacedV1DataA", "OrderPlacedV1DataA2"]);
    assert_eq!(pascal_case("order.status-changed.v12"), "OrderStatusChangedV12");
}
