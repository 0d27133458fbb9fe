use serde_json::{Value as Json, json};

use super::{a, assert_verdicts, text, with};

#[test]
fn limits_may_be_neither_tightened_nor_loosened() {
    let text = |body: Json| a(with(text(), body));
    let number = |body: Json| a(with(json!({"type": "number"}), body));
    let list = |body: Json| a(with(json!({"type": "array", "items": {"type": "string"}}), body));
    assert_verdicts(vec![
        (
            "maxLength increases",
            text(json!({"maxLength": 5})),
            text(json!({"maxLength": 6})),
            "change-limit /properties/a/maxLength",
        ),
        (
            "maxLength decreases",
            text(json!({"maxLength": 6})),
            text(json!({"maxLength": 5})),
            "change-limit /properties/a/maxLength",
        ),
        (
            "maxLength is added",
            text(json!({})),
            text(json!({"maxLength": 5})),
            "change-limit /properties/a/maxLength",
        ),
        (
            "maxLength is removed",
            text(json!({"maxLength": 5})),
            text(json!({})),
            "change-limit /properties/a/maxLength",
        ),
        ("minLength 0 has no effect", text(json!({})), text(json!({"minLength": 0})), ""),
        (
            "minLength increases",
            text(json!({"minLength": 0})),
            text(json!({"minLength": 1})),
            "change-limit /properties/a/minLength",
        ),
        (
            "minimum decreases",
            number(json!({"minimum": 1})),
            number(json!({"minimum": 0})),
            "change-limit /properties/a/minimum",
        ),
        (
            "maximum decreases",
            number(json!({"maximum": 2})),
            number(json!({"maximum": 1})),
            "change-limit /properties/a/maximum",
        ),
        (
            "minimum becomes exclusive",
            number(json!({"minimum": 1})),
            number(json!({"exclusiveMinimum": 1})),
            "change-limit /properties/a/minimum",
        ),
        ("minimum 1 and 1.0 are equal", number(json!({"minimum": 1})), number(json!({"minimum": 1.0})), ""),
        (
            "multipleOf changes",
            number(json!({"multipleOf": 2})),
            number(json!({"multipleOf": 3})),
            "change-unjudged /properties/a/multipleOf",
        ),
        ("a limit for numbers has no effect on a string", text(json!({})), text(json!({"minimum": 1})), ""),
        (
            "pattern is added",
            text(json!({})),
            text(json!({"pattern": "^a"})),
            "change-limit /properties/a/pattern",
        ),
        (
            "pattern is removed",
            text(json!({"pattern": "^a"})),
            text(json!({})),
            "change-limit /properties/a/pattern",
        ),
        (
            "pattern changes, and no proof that both mean the same",
            text(json!({"pattern": "^[0-9]$"})),
            text(json!({"pattern": "^[0123456789]$"})),
            "change-unjudged /properties/a/pattern",
        ),
        (
            "format is added",
            text(json!({})),
            text(json!({"format": "date-time"})),
            "change-limit /properties/a/format",
        ),
        (
            "format is removed",
            text(json!({"format": "date-time"})),
            text(json!({})),
            "change-limit /properties/a/format",
        ),
        (
            "format changes",
            text(json!({"format": "date-time"})),
            text(json!({"format": "date"})),
            "change-limit /properties/a/format",
        ),
        (
            "minItems increases",
            list(json!({})),
            list(json!({"minItems": 1})),
            "change-limit /properties/a/minItems",
        ),
        (
            "maxItems increases",
            list(json!({"maxItems": 1})),
            list(json!({"maxItems": 2})),
            "change-limit /properties/a/maxItems",
        ),
        (
            "uniqueItems is added",
            list(json!({})),
            list(json!({"uniqueItems": true})),
            "change-limit /properties/a/uniqueItems",
        ),
        ("uniqueItems false has no effect", list(json!({})), list(json!({"uniqueItems": false})), ""),
        (
            "elements of another type",
            list(json!({})),
            list(json!({"items": {"type": "integer"}})),
            "change-type /properties/a/items/type",
        ),
        (
            "elements of any type",
            list(json!({})),
            a(json!({"type": "array"})),
            "change-limit /properties/a/items",
        ),
        (
            "elements of one type",
            a(json!({"type": "array"})),
            list(json!({})),
            "change-limit /properties/a/items",
        ),
        (
            "prefixItems are added",
            a(json!({"type": "array"})),
            a(json!({"type": "array", "prefixItems": [{"type": "string"}]})),
            "change-limit /properties/a/prefixItems",
        ),
        (
            "contains is added",
            list(json!({})),
            list(json!({"contains": {"const": "x"}})),
            "change-limit /properties/a/contains",
        ),
        (
            "maxProperties is added",
            a(json!({"type": "object"})),
            a(json!({"type": "object", "maxProperties": 2})),
            "change-limit /properties/a/maxProperties",
        ),
        (
            "dependentRequired is added",
            a(text(json!({}))),
            with(a(text(json!({}))), json!({"dependentRequired": {"a": ["b"]}})),
            "change-limit /dependentRequired",
        ),
        (
            "dependencies, which the validator enforces too, is added",
            a(text(json!({}))),
            with(a(text(json!({}))), json!({"dependencies": {"a": ["b"]}})),
            "change-unjudged ",
        ),
        (
            "dependencies becomes the keywords that replaced it",
            with(a(text(json!({}))), json!({"dependencies": {"a": ["id"], "id": {"minProperties": 2}}})),
            with(
                a(text(json!({}))),
                json!({"dependentRequired": {"a": ["id"]}, "dependentSchemas": {"id": {"minProperties": 2}}}),
            ),
            "",
        ),
        (
            "propertyNames are added",
            a(json!({"type": "object"})),
            a(json!({"type": "object", "propertyNames": {"maxLength": 3}})),
            "change-limit /properties/a/propertyNames",
        ),
    ]);
}
