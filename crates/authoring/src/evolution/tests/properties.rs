use serde_json::{Value as Json, json};

use super::{a, assert_verdicts, text, with};

#[test]
fn properties_may_be_added_and_never_removed() {
    let id = || json!({"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]});
    let closed = |schema| with(schema, json!({"additionalProperties": false}));
    let open = |schema, others: Json| with(schema, json!({"additionalProperties": others}));
    assert_verdicts(vec![
        (
            "a new optional property, which Confluent refuses: schema-registry#1458, #2121",
            id(),
            a(text()),
            "",
        ),
        ("a new optional property of a nested object; Apicurio#2601", a(id()), a(a(text())), ""),
        (
            "a new optional property of an array's elements",
            a(json!({"items": id()})),
            a(json!({"items": a(text())})),
            "",
        ),
        (
            "several new properties",
            id(),
            with(
                a(text()),
                json!({"properties": {"id": text(), "b": {"type": "array", "items": text()}, "c": {}}}),
            ),
            "",
        ),
        (
            "a new optional property in a closed object",
            closed(id()),
            closed(a(text())),
            "change-property-added /properties/a",
        ),
        (
            "a new optional property in an object that is no longer closed",
            closed(id()),
            a(text()),
            "change-property-added /properties/a",
        ),
        (
            "a new optional property in an open object; schema-registry#1490",
            open(id(), json!(true)),
            open(a(text()), json!(true)),
            "change-property-added /properties/a",
        ),
        (
            "a new optional property of any value in an open object",
            open(id(), json!(true)),
            open(a(json!({})), json!(true)),
            "",
        ),
        (
            "a new optional property like the additional ones; schema-registry#2671",
            open(id(), text()),
            open(a(text()), text()),
            "",
        ),
        (
            "a new optional property unlike the additional ones",
            open(id(), text()),
            open(a(json!({"type": "integer"})), text()),
            "change-property-added /properties/a",
        ),
        (
            "a first property of any value in an object without properties",
            json!({"type": "object"}),
            json!({"type": "object", "properties": {"a": {}}}),
            "change-other-properties ",
        ),
        (
            "a removed limit that only additional properties could break",
            with(id(), json!({"maxProperties": 1})),
            id(),
            "change-limit /maxProperties",
        ),
        (
            "a property name that no pipe emits is no longer forbidden",
            with(id(), json!({"not": {"required": ["b"]}})),
            id(),
            "change-alternatives /not",
        ),
        (
            "a first property in an object without properties",
            json!({"type": "object"}),
            id(),
            "change-property-added /properties/id",
        ),
        (
            "a new optional property with a default; Apicurio#2573",
            id(),
            a(json!({"type": "string", "default": ""})),
            "",
        ),
        (
            "a new required property",
            id(),
            with(a(text()), json!({"required": ["id", "a"]})),
            "change-required /required",
        ),
        (
            "a new required property with a default, which no reader uses",
            id(),
            with(a(json!({"type": "string", "default": ""})), json!({"required": ["id", "a"]})),
            "change-required /required",
        ),
        ("a removed optional property", a(text()), id(), "change-property-removed /properties/a"),
        (
            "a removed optional property of a closed object",
            closed(a(text())),
            closed(id()),
            "change-property-removed /properties/a",
        ),
        (
            "a removed required property",
            id(),
            json!({"type": "object", "properties": {"b": {}}}),
            "change-property-removed /properties/id",
        ),
        (
            "a renamed property",
            a(text()),
            json!({"type": "object", "properties": {"id": text(), "b": text()}, "required": ["id"]}),
            "change-property-removed /properties/a",
        ),
        (
            "a property name in another case",
            a(text()),
            json!({"type": "object", "properties": {"id": text(), "A": text()}, "required": ["id"]}),
            "change-property-removed /properties/a",
        ),
        (
            "an optional property becomes required",
            a(text()),
            with(a(text()), json!({"required": ["id", "a"]})),
            "change-required /required",
        ),
        (
            "a required property becomes optional",
            with(a(text()), json!({"required": ["id", "a"]})),
            a(text()),
            "change-required /required",
        ),
        (
            "a nested property becomes required",
            a(a(text())),
            a(with(a(text()), json!({"required": ["id", "a"]}))),
            "change-required /properties/a/required",
        ),
        (
            "a property moves into an object",
            a(text()),
            json!({"type": "object", "properties": {"id": text(), "b": a(text())}, "required": ["id"]}),
            "change-property-removed /properties/a",
        ),
        ("an object is closed, because pipes emit no other properties", a(text()), closed(a(text())), ""),
        (
            "an object is no longer closed, but old readers are",
            closed(a(text())),
            a(text()),
            "change-other-properties /additionalProperties",
        ),
        ("any additional properties become allowed", a(text()), open(a(text()), json!(true)), ""),
        (
            "additional properties are no longer mentioned",
            open(a(text()), json!(true)),
            a(text()),
            "change-other-properties ",
        ),
        (
            "additional properties become forbidden",
            open(a(text()), json!(true)),
            closed(a(text())),
            "change-other-properties /additionalProperties",
        ),
        (
            "additional properties of another type",
            open(id(), text()),
            open(id(), json!({"type": "integer"})),
            "change-type /additionalProperties/type",
        ),
        ("additional properties get an optional property", open(id(), id()), open(id(), a(text())), ""),
        (
            "additional properties of a pattern become allowed",
            id(),
            with(id(), json!({"patternProperties": {"^x": text()}})),
            "",
        ),
        (
            "a pattern that applies to an existing property",
            id(),
            with(id(), json!({"patternProperties": {"^i": {"maxLength": 3}}})),
            "change-other-properties /patternProperties",
        ),
    ]);
}
