use serde_json::json;

use super::*;

#[test]
fn a_value_that_a_keyword_cannot_have_is_reported_in_plain_words() {
    let a = |keywords: Json| json!({"properties": {"a": keywords}});
    for (schema, expected) in [
        (
            a(json!({"type": "sting"})),
            "/properties/a/type: \"sting\" is no type of JSON Schema. Did you mean \"string\"?",
        ),
        (
            a(json!({"type": ["null", "date"]})),
            "/properties/a/type: \"date\" is no type of JSON Schema. Use one of array, \
            boolean, integer, null, number, object, string",
        ),
        (
            a(json!({"type": []})),
            "/properties/a/type: [] is no type of JSON Schema. Use one of array, boolean, integer, \
            null, number, object, string",
        ),
        (a(json!({"type": ["null", "null"]})), "/properties/a/type: has a type twice"),
        (a(json!("string")), "/properties/a: must be a schema: an object, true or false"),
        (json!({"properties": ["a"]}), "/properties: must be an object whose members are schemas"),
        (json!({"anyOf": []}), "/anyOf: must be a list of at least one schema"),
        (json!({"allOf": [{"not": 1}]}), "/allOf/0/not: must be a schema: an object, true or false"),
        (a(json!({"required": true})), "/properties/a/required: must be a list of property names"),
        (json!({"required": ["a", "a"]}), "/required: has a name twice"),
        (json!({"dependentRequired": {"a": "b"}}), "/dependentRequired: a must be a list of property names"),
        (json!({"enum": "a"}), "/enum: must be a list of at least one value"),
        (json!({"enum": []}), "/enum: must be a list of at least one value"),
        (json!({"multipleOf": 0}), "/multipleOf: must be a number above 0"),
        (json!({"minimum": "1"}), "/minimum: must be a number"),
        (json!({"minLength": 1.5}), "/minLength: must be a whole number, 0 or more"),
        (json!({"maxItems": -1}), "/maxItems: must be a whole number, 0 or more"),
        (json!({"uniqueItems": "true"}), "/uniqueItems: must be true or false"),
        (json!({"$defs": {"a/b": {"title": 1}}}), "/$defs/a~1b/title: must be a text"),
        (json!({"pattern": r"\z"}), r"/pattern: \z is no escape of ECMA-262: use $ for the end of the text"),
        (
            json!({"patternProperties": {"(": {}}}),
            "/patternProperties/(: ( has no partner: escape it with a backslash",
        ),
        (
            json!({"anyOf": [{"pattern": "^([a-z]+)+$"}, {"maxLength": 64}]}),
            "/anyOf/0/pattern: ([a-z]+)+ makes JavaScript clients hang on some texts, because its rounds can \
            match one text in several ways: write a separator between them, such as [a-z]+(-[a-z]+)*",
        ),
        (
            json!({"patternProperties": {"^(a|a)*$": {}}}),
            "/patternProperties/^(a|a)*$: (a|a)* makes JavaScript clients hang on some texts, because its rounds \
            can match one text in several ways: write a separator between them, such as [a-z]+(-[a-z]+)*",
        ),
        (
            json!({"properties": {"__proto__": {}}}),
            "/properties/__proto__: is a property that JavaScript clients cannot \
            check: rename it",
        ),
        (
            json!({"required": ["__proto__"]}),
            "/required: \"__proto__\" is a property that JavaScript clients cannot \
            check: rename it",
        ),
        (
            json!({"format": "emial"}),
            "/format: \"emial\" is no format that server and clients check. Did you mean \"email\"?",
        ),
    ] {
        let found: Vec<String> =
            mistakes(&schema).iter().map(|(path, reason)| format!("{path}: {reason}")).collect();
        assert_eq!(found, [expected], "{schema}");
    }
}

#[test]
fn formats_that_only_one_side_checks_are_refused() {
    let formats =
        ["idn-hostname", "idn-email", "iri", "iri-reference", "regex", "int32", "password", "url", "byte"];
    for format in formats {
        let found = mistakes(&json!({ "format": format }));
        assert!(found[0].1.contains("is no format that server and clients check"), "{found:?}");
    }
}

#[test]
fn names_of_properties_are_no_keywords() {
    let schema = json!({"properties": {"type": {"type": "string"}, "format": {}, "pattern": {"const": "("}},
        "$defs": {"__proto__": {}}, "x-note": {"type": "sting"}, "default": {"type": "sting"}, "minLength": 2.0});
    assert_eq!(mistakes(&schema), []);
}
