use serde_json::{Value as Json, json};

use super::{a, hold, text, with};

#[test]
fn properties_may_be_added_and_never_taken_away() {
    let id = || json!({"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]});
    let closed = |schema| with(schema, json!({"additionalProperties": false}));
    let open = |schema, others: Json| with(schema, json!({"additionalProperties": others}));
    hold(vec![
        ("an optional property; Confluent refuses it: schema-registry#1458, #2121", id(), a(text()), ""),
        ("an optional property of an object within; Apicurio#2601", a(id()), a(a(text())), ""),
        (
            "an optional property of a list's elements",
            a(json!({"items": id()})),
            a(json!({"items": a(text())})),
            "",
        ),
        (
            "several at once",
            id(),
            with(
                a(text()),
                json!({"properties": {"id": text(), "b": {"type": "array", "items": text()}, "c": {}}}),
            ),
            "",
        ),
        (
            "an optional property, closed before",
            closed(id()),
            closed(a(text())),
            "change-property-added /properties/a",
        ),
        ("an optional property, and opened", closed(id()), a(text()), "change-property-added /properties/a"),
        (
            "an optional property, anything allowed before; schema-registry#1490",
            open(id(), json!(true)),
            open(a(text()), json!(true)),
            "change-property-added /properties/a",
        ),
        ("the same, of any value", open(id(), json!(true)), open(a(json!({})), json!(true)), ""),
        (
            "an optional property as the others were; schema-registry#2671",
            open(id(), text()),
            open(a(text()), text()),
            "",
        ),
        (
            "an optional property unlike the others",
            open(id(), text()),
            open(a(json!({"type": "integer"})), text()),
            "change-property-added /properties/a",
        ),
        (
            "a first name in an object that named none, for any value",
            json!({"type": "object"}),
            json!({"type": "object", "properties": {"a": {}}}),
            "change-other-properties ",
        ),
        (
            "a limit that only properties without a name could break goes",
            with(id(), json!({"maxProperties": 1})),
            id(),
            "change-limit /maxProperties",
        ),
        (
            "a name that nobody gives is not barred any more",
            with(id(), json!({"not": {"required": ["b"]}})),
            id(),
            "change-alternatives /not",
        ),
        (
            "a first name in an object that named none",
            json!({"type": "object"}),
            id(),
            "change-property-added /properties/id",
        ),
        (
            "an optional property with a default; Apicurio#2573",
            id(),
            a(json!({"type": "string", "default": ""})),
            "",
        ),
        (
            "a required property",
            id(),
            with(a(text()), json!({"required": ["id", "a"]})),
            "change-required /required",
        ),
        (
            "a required property with a default: no reader fills it in",
            id(),
            with(a(json!({"type": "string", "default": ""})), json!({"required": ["id", "a"]})),
            "change-required /required",
        ),
        ("an optional property is gone", a(text()), id(), "change-property-removed /properties/a"),
        (
            "an optional property is gone from a closed object",
            closed(a(text())),
            closed(id()),
            "change-property-removed /properties/a",
        ),
        (
            "a required property is gone",
            id(),
            json!({"type": "object", "properties": {"b": {}}}),
            "change-property-removed /properties/id",
        ),
        (
            "a property has another name",
            a(text()),
            json!({"type": "object", "properties": {"id": text(), "b": text()}, "required": ["id"]}),
            "change-property-removed /properties/a",
        ),
        (
            "a property of another case",
            a(text()),
            json!({"type": "object", "properties": {"id": text(), "A": text()}, "required": ["id"]}),
            "change-property-removed /properties/a",
        ),
        (
            "an optional property is required now",
            a(text()),
            with(a(text()), json!({"required": ["id", "a"]})),
            "change-required /required",
        ),
        (
            "a required property is optional now",
            with(a(text()), json!({"required": ["id", "a"]})),
            a(text()),
            "change-required /required",
        ),
        (
            "an object within requires more",
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
        ("closed: pipes gave no others", a(text()), closed(a(text())), ""),
        (
            "no longer closed: readers of before are, and a later version may add",
            closed(a(text())),
            a(text()),
            "change-other-properties /additionalProperties",
        ),
        ("opened to any others", a(text()), open(a(text()), json!(true)), ""),
        (
            "others are not spoken of any more",
            open(a(text()), json!(true)),
            a(text()),
            "change-other-properties ",
        ),
        (
            "others are barred",
            open(a(text()), json!(true)),
            closed(a(text())),
            "change-other-properties /additionalProperties",
        ),
        (
            "others are of another type",
            open(id(), text()),
            open(id(), json!({"type": "integer"})),
            "change-type /additionalProperties/type",
        ),
        ("others get an optional property", open(id(), id()), open(id(), a(text())), ""),
        (
            "opened to others with certain names",
            id(),
            with(id(), json!({"patternProperties": {"^x": text()}})),
            "",
        ),
        (
            "a pattern for a property that is there",
            id(),
            with(id(), json!({"patternProperties": {"^i": {"maxLength": 3}}})),
            "change-other-properties /patternProperties",
        ),
    ]);
}
