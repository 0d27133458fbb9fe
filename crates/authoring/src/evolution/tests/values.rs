use serde_json::{Value as Json, json};

use super::{a, assert_verdicts, text};

#[test]
fn types_and_allowed_values_may_not_change() {
    let is = |body: Json| a(body);
    let types = |types: Json| a(json!({"type": types}));
    assert_verdicts(vec![
        ("another type", types(json!("string")), types(json!("integer")), "change-type /properties/a/type"),
        (
            "a wider type, which old readers reject",
            types(json!("integer")),
            types(json!("number")),
            "change-type /properties/a/type",
        ),
        (
            "a narrower type, which old events break",
            types(json!("number")),
            types(json!("integer")),
            "change-type /properties/a/type",
        ),
        (
            "null becomes allowed",
            types(json!("string")),
            types(json!(["string", "null"])),
            "change-type /properties/a/type",
        ),
        (
            "null is no longer allowed",
            types(json!(["string", "null"])),
            types(json!("string")),
            "change-type /properties/a/type",
        ),
        ("one type, written as a list", types(json!("string")), types(json!(["string"])), ""),
        (
            "integer beside number has no effect",
            types(json!("number")),
            types(json!(["number", "integer"])),
            "",
        ),
        ("a type is added", is(json!({})), types(json!("string")), "change-type /properties/a/type"),
        ("a type is removed", types(json!("string")), is(json!({})), "change-type /properties/a/type"),
        ("any value, written in two ways", is(json!({})), is(json!(true)), ""),
        ("no value is allowed", is(text()), is(json!(false)), "change-unjudged /properties/a"),
        (
            "one more value of an enum; Apicurio#2572",
            is(json!({"enum": ["a", "b"]})),
            is(json!({"enum": ["a", "b", "c"]})),
            "change-values /properties/a/enum",
        ),
        (
            "one value less in an enum",
            is(json!({"enum": ["a", "b"]})),
            is(json!({"enum": ["a"]})),
            "change-values /properties/a/enum",
        ),
        (
            "a renamed value",
            is(json!({"enum": ["a", "b"]})),
            is(json!({"enum": ["a", "B"]})),
            "change-values /properties/a/enum",
        ),
        (
            "the same values in another order",
            is(json!({"enum": ["a", "b"]})),
            is(json!({"enum": ["b", "a"]})),
            "",
        ),
        ("an enum of one becomes a const", is(json!({"enum": ["a"]})), is(json!({"const": "a"})), ""),
        (
            "another const",
            is(json!({"const": "a"})),
            is(json!({"const": "b"})),
            "change-values /properties/a/const",
        ),
        (
            "a const becomes an enum",
            is(json!({"const": "a"})),
            is(json!({"enum": ["a", "b"]})),
            "change-values /properties/a/enum",
        ),
        (
            "an enum is removed",
            is(json!({"type": "string", "enum": ["a"]})),
            is(text()),
            "change-values /properties/a/enum",
        ),
        (
            "an enum is added",
            is(text()),
            is(json!({"type": "string", "enum": ["a"]})),
            "change-values /properties/a/enum",
        ),
        (
            "a type that the enum implies",
            is(json!({"enum": ["a"]})),
            is(json!({"type": "string", "enum": ["a"]})),
            "",
        ),
        (
            "an enum of true and false is a boolean",
            is(json!({"enum": [true, false]})),
            is(json!({"type": "boolean"})),
            "",
        ),
        ("1 and 1.0 are one value", is(json!({"const": 1})), is(json!({"const": 1.0})), ""),
    ]);
}
