use serde_json::{Value as Json, json};

use super::{a, hold, text};

#[test]
fn what_a_value_may_be_stays_as_it_is() {
    let is = |body: Json| a(body);
    let types = |types: Json| a(json!({"type": types}));
    hold(vec![
        ("another type", types(json!("string")), types(json!("integer")), "change-type /properties/a/type"),
        (
            "a wider type: readers of before refuse it",
            types(json!("integer")),
            types(json!("number")),
            "change-type /properties/a/type",
        ),
        (
            "a narrower type: events of before break it",
            types(json!("number")),
            types(json!("integer")),
            "change-type /properties/a/type",
        ),
        (
            "null is allowed too",
            types(json!("string")),
            types(json!(["string", "null"])),
            "change-type /properties/a/type",
        ),
        (
            "null is not allowed any more",
            types(json!(["string", "null"])),
            types(json!("string")),
            "change-type /properties/a/type",
        ),
        ("one type, written as a list", types(json!("string")), types(json!(["string"])), ""),
        (
            "integer beside number says nothing",
            types(json!("number")),
            types(json!(["number", "integer"])),
            "",
        ),
        (
            "a type where there was none",
            is(json!({})),
            types(json!("string")),
            "change-type /properties/a/type",
        ),
        ("no type any more", types(json!("string")), is(json!({})), "change-type /properties/a/type"),
        ("anything, written in two ways", is(json!({})), is(json!(true)), ""),
        ("nothing may stand there now", is(text()), is(json!(false)), "change-unjudged /properties/a"),
        (
            "one more value of an enum; Apicurio#2572",
            is(json!({"enum": ["a", "b"]})),
            is(json!({"enum": ["a", "b", "c"]})),
            "change-values /properties/a/enum",
        ),
        (
            "one value less",
            is(json!({"enum": ["a", "b"]})),
            is(json!({"enum": ["a"]})),
            "change-values /properties/a/enum",
        ),
        (
            "a value has another name",
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
            "an enum goes",
            is(json!({"type": "string", "enum": ["a"]})),
            is(text()),
            "change-values /properties/a/enum",
        ),
        (
            "an enum comes",
            is(text()),
            is(json!({"type": "string", "enum": ["a"]})),
            "change-values /properties/a/enum",
        ),
        (
            "the type that an enum implies",
            is(json!({"enum": ["a"]})),
            is(json!({"type": "string", "enum": ["a"]})),
            "",
        ),
        (
            "true and false are what a boolean is",
            is(json!({"enum": [true, false]})),
            is(json!({"type": "boolean"})),
            "",
        ),
        ("1 and 1.0 are one value", is(json!({"const": 1})), is(json!({"const": 1.0})), ""),
    ]);
}
