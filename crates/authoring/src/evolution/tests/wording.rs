use serde_json::{Value as Json, json};

use super::{a, assert_verdicts, problems, text, with};

#[test]
fn a_schema_may_be_written_differently_if_it_means_the_same() {
    let status = || json!({"type": "string", "enum": ["A", "B"]});
    let defined = |name: &str, schema: Json| {
        with(a(json!({"$ref": format!("#/$defs/{name}")})), json!({"$defs": {name: schema}}))
    };
    let wide = json!({"type": "string", "enum": ["A", "B", "C"]});
    let either = |schemas: Json| a(json!({"oneOf": schemas}));
    let card = |more: Json| json!({"type": "object", "properties": with(json!({"kind": {"const": "card"}}), more), "required": ["kind"]});
    let cash = || json!({"type": "object", "properties": {"kind": {"const": "cash"}}, "required": ["kind"]});
    let tree = |more: Json| {
        let node = json!({"type": "object", "properties": with(json!({"left": {"$ref": "#/$defs/node"}, "right": {"$ref": "#/$defs/node"}}), more)});
        with(a(json!({"$ref": "#/$defs/node"})), json!({"$defs": {"node": node}}))
    };
    assert_verdicts(vec![
        ("into $defs", a(status()), defined("status", status()), ""),
        ("out of $defs", defined("status", status()), a(status()), ""),
        ("a renamed definition", defined("status", status()), defined("state", status()), ""),
        ("an unused definition", a(text()), with(a(text()), json!({"$defs": {"x": status()}})), ""),
        (
            "a definition changes",
            defined("status", status()),
            defined("status", wide.clone()),
            "change-values /properties/a/enum",
        ),
        (
            "a definition gets an optional property",
            defined("x", a(text())),
            defined("x", with(a(text()), json!({"properties": {"id": text(), "a": text(), "b": text()}}))),
            "",
        ),
        (
            "a limit beside $ref",
            defined("status", status()),
            with(
                a(json!({"$ref": "#/$defs/status", "maxLength": 0})),
                json!({"$defs": {"status": status()}}),
            ),
            "change-limit /properties/a/maxLength",
        ),
        ("allOf of one", a(status()), a(json!({"allOf": [status()]})), ""),
        (
            "a schema is split with allOf",
            a(status()),
            a(json!({"allOf": [text(), {"enum": ["A", "B"]}]})),
            "",
        ),
        (
            "allOf adds a limit",
            a(text()),
            a(json!({"allOf": [text(), {"maxLength": 3}]})),
            "change-limit /properties/a/maxLength",
        ),
        (
            "a new optional property in a part of allOf",
            a(json!({"allOf": [a(text()), {"properties": {"b": {}}}]})),
            a(json!({"allOf": [a(text()), {"properties": {"b": {}, "c": {}}}]})),
            "",
        ),
        (
            "two types, as anyOf",
            a(json!({"type": ["string", "null"]})),
            a(json!({"anyOf": [text(), {"type": "null"}]})),
            "",
        ),
        (
            "alternatives in another order",
            either(json!([cash(), card(json!({}))])),
            either(json!([card(json!({})), cash()])),
            "",
        ),
        (
            "one more alternative",
            either(json!([card(json!({}))])),
            either(json!([card(json!({})), cash()])),
            "change-alternatives /properties/a/oneOf",
        ),
        (
            "one alternative less",
            either(json!([card(json!({})), cash()])),
            either(json!([cash()])),
            "change-alternatives /properties/a/oneOf",
        ),
        (
            "anyOf gets one more",
            a(json!({"anyOf": [text()]})),
            a(json!({"anyOf": [text(), {"type": "null"}]})),
            "change-alternatives /properties/a/anyOf",
        ),
        (
            "oneOf and anyOf of alternatives that exclude each other",
            a(json!({"oneOf": [text(), {"type": "null"}]})),
            a(json!({"anyOf": [text(), {"type": "null"}]})),
            "",
        ),
        (
            "a condition is added",
            a(text()),
            with(
                a(text()),
                json!({"if": {"required": ["a"]}, "then": {"properties": {"id": {"minLength": 1}}}}),
            ),
            "change-alternatives /if",
        ),
        (
            "not changes",
            a(json!({"not": {"const": "x"}})),
            a(json!({"not": {"const": "y"}})),
            "change-alternatives /properties/a/not",
        ),
        (
            "a condition stays the same",
            with(a(text()), json!({"if": {"required": ["a"]}, "then": {"required": ["id"]}})),
            with(a(text()), json!({"if": {"required": ["a"]}, "then": {"required": ["id"]}, "title": "x"})),
            "",
        ),
        (
            "a recursive schema gets an optional property, which cannot be proven",
            tree(json!({})),
            tree(json!({"note": text()})),
            "change-unjudged /properties/a/properties/left/properties/right",
        ),
        (
            "a recursive schema gets an annotation",
            tree(json!({})),
            with(tree(json!({})), json!({"title": "x"})),
            "",
        ),
        (
            "a recursive schema loses a property",
            tree(json!({"note": text()})),
            tree(json!({})),
            "change-property-removed /properties/a/properties/note",
        ),
        (
            "an unsupported keyword",
            a(text()),
            a(json!({"type": "string", "$dynamicRef": "#x"})),
            "change-unjudged ",
        ),
        (
            "an unsupported keyword that does not change",
            a(json!({"$anchor": "x"})),
            a(json!({"$anchor": "x", "title": "X"})),
            "change-unjudged ",
        ),
        (
            "additional properties of type string become allowed",
            a(text()),
            with(a(text()), json!({"unevaluatedProperties": {"type": "string"}})),
            "",
        ),
    ]);
}

#[test]
fn an_optional_property_may_be_added_to_one_of_several_alternatives() {
    let card = |more: Json| json!({"type": "object", "properties": with(json!({"kind": {"const": "card"}}), more), "required": ["kind"]});
    let cash = json!({"type": "object", "properties": {"kind": {"const": "cash"}}, "required": ["kind"]});
    let either = |card: Json| a(json!({"oneOf": [card, cash]}));
    assert_eq!(problems(&either(card(json!({}))), &either(card(json!({"last4": text()})))), [""; 0]);
}
