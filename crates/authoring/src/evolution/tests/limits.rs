use serde_json::{Value as Json, json};

use super::{a, hold, text, with};

#[test]
fn limits_are_neither_tightened_nor_loosened() {
    let text = |body: Json| a(with(text(), body));
    let number = |body: Json| a(with(json!({"type": "number"}), body));
    let list = |body: Json| a(with(json!({"type": "array", "items": {"type": "string"}}), body));
    hold(vec![
        (
            "maxLength goes up",
            text(json!({"maxLength": 5})),
            text(json!({"maxLength": 6})),
            "change-limit /properties/a/maxLength",
        ),
        (
            "maxLength goes down",
            text(json!({"maxLength": 6})),
            text(json!({"maxLength": 5})),
            "change-limit /properties/a/maxLength",
        ),
        (
            "maxLength comes",
            text(json!({})),
            text(json!({"maxLength": 5})),
            "change-limit /properties/a/maxLength",
        ),
        (
            "maxLength goes",
            text(json!({"maxLength": 5})),
            text(json!({})),
            "change-limit /properties/a/maxLength",
        ),
        ("minLength 0 says nothing", text(json!({})), text(json!({"minLength": 0})), ""),
        (
            "minLength goes up",
            text(json!({"minLength": 0})),
            text(json!({"minLength": 1})),
            "change-limit /properties/a/minLength",
        ),
        (
            "minimum goes down",
            number(json!({"minimum": 1})),
            number(json!({"minimum": 0})),
            "change-limit /properties/a/minimum",
        ),
        (
            "maximum goes down",
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
        ("a minimum of 1 and of 1.0", number(json!({"minimum": 1})), number(json!({"minimum": 1.0})), ""),
        (
            "multipleOf changes",
            number(json!({"multipleOf": 2})),
            number(json!({"multipleOf": 3})),
            "change-unjudged /properties/a/multipleOf",
        ),
        ("a limit for numbers on a text says nothing", text(json!({})), text(json!({"minimum": 1})), ""),
        (
            "pattern comes",
            text(json!({})),
            text(json!({"pattern": "^a"})),
            "change-limit /properties/a/pattern",
        ),
        (
            "pattern goes",
            text(json!({"pattern": "^a"})),
            text(json!({})),
            "change-limit /properties/a/pattern",
        ),
        (
            "pattern changes: no proof that both mean the same",
            text(json!({"pattern": "^[0-9]$"})),
            text(json!({"pattern": "^[0123456789]$"})),
            "change-unjudged /properties/a/pattern",
        ),
        (
            "format comes",
            text(json!({})),
            text(json!({"format": "date-time"})),
            "change-limit /properties/a/format",
        ),
        (
            "format goes",
            text(json!({"format": "date-time"})),
            text(json!({})),
            "change-limit /properties/a/format",
        ),
        (
            "another format",
            text(json!({"format": "date-time"})),
            text(json!({"format": "date"})),
            "change-limit /properties/a/format",
        ),
        (
            "minItems goes up",
            list(json!({})),
            list(json!({"minItems": 1})),
            "change-limit /properties/a/minItems",
        ),
        (
            "maxItems goes up",
            list(json!({"maxItems": 1})),
            list(json!({"maxItems": 2})),
            "change-limit /properties/a/maxItems",
        ),
        (
            "uniqueItems comes",
            list(json!({})),
            list(json!({"uniqueItems": true})),
            "change-limit /properties/a/uniqueItems",
        ),
        ("uniqueItems false says nothing", list(json!({})), list(json!({"uniqueItems": false})), ""),
        (
            "other elements",
            list(json!({})),
            list(json!({"items": {"type": "integer"}})),
            "change-type /properties/a/items/type",
        ),
        (
            "elements of any kind",
            list(json!({})),
            a(json!({"type": "array"})),
            "change-limit /properties/a/items",
        ),
        (
            "elements of one kind",
            a(json!({"type": "array"})),
            list(json!({})),
            "change-limit /properties/a/items",
        ),
        (
            "prefixItems come",
            a(json!({"type": "array"})),
            a(json!({"type": "array", "prefixItems": [{"type": "string"}]})),
            "change-limit /properties/a/prefixItems",
        ),
        (
            "contains comes",
            list(json!({})),
            list(json!({"contains": {"const": "x"}})),
            "change-limit /properties/a/contains",
        ),
        (
            "maxProperties comes",
            a(json!({"type": "object"})),
            a(json!({"type": "object", "maxProperties": 2})),
            "change-limit /properties/a/maxProperties",
        ),
        (
            "dependentRequired comes",
            a(text(json!({}))),
            with(a(text(json!({}))), json!({"dependentRequired": {"a": ["b"]}})),
            "change-limit /dependentRequired",
        ),
        (
            "propertyNames come",
            a(json!({"type": "object"})),
            a(json!({"type": "object", "propertyNames": {"maxLength": 3}})),
            "change-limit /properties/a/propertyNames",
        ),
    ]);
}
