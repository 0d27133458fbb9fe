use super::*;

#[test]
fn data_that_cannot_satisfy_its_schema_is_reported_without_a_record() {
    let object = |name: &str, schema: Json| json!({"type": "object", "properties": {name: schema}});
    let cases = [
        (
            "{ a: item.a }",
            json!({"required": ["b"], "properties": {"a": {}, "b": {}}}),
            "data-missing events[0].data.b: is missing, but schemas/order.placed.v1.json requires it",
        ),
        (
            "{ b: item.b }",
            object("a", json!({})),
            "data-unnamed events[0].data.b: is not a property in schemas/order.placed.v1.json",
        ),
        (
            "{ a: '1' }",
            object("a", json!({"type": "string"})),
            "data-type events[0].data.a: is an integer, but schemas/order.placed.v1.json allows only string",
        ),
        (
            "{ a: string(item.a) }",
            object("a", json!({"type": ["number", "null"]})),
            "data-type events[0].data.a: is a string, but schemas/order.placed.v1.json allows only null or number",
        ),
        (
            "{ a: item.a == 1 }",
            object("a", json!({"type": "string"})),
            "data-type events[0].data.a: is a boolean",
        ),
        (
            "{ a: '\"x\"' }",
            object("a", json!({"enum": ["y", "z"]})),
            "data-value events[0].data.a: is \"x\", but schemas/order.placed.v1.json allows only \"y\", \"z\"",
        ),
        ("{ a: '\"x\"' }", object("a", json!({"const": "y"})), "data-value events[0].data.a: is \"x\""),
        (
            "{ a: 'item.b == 1 ? \"x\" : \"y\"' }",
            object("a", json!({"enum": ["x"]})),
            "data-value events[0].data.a: is \"y\"",
        ),
        (
            "{ a: [item.b] }",
            object("a", json!({"type": "object"})),
            "data-type events[0].data.a: is an array",
        ),
        (
            "{ a: ['1'] }",
            object("a", json!({"items": {"type": "string"}})),
            "data-type events[0].data.a[]: is an integer",
        ),
        ("{ a: { b: '1' } }", object("a", json!({"$ref": "#/$defs/b", "$defs": {}})), "schema-file"),
        ("'item.b == 1'", json!({"type": "object"}), "data-type events[0].data: is a boolean"),
        (
            "{ a: 'item.b.map(x, {\"c\": x.c, \"d\": x.d})' }",
            object("a", json!({"items": {"properties": {"c": {}}, "required": ["c", "e"]}})),
            "data-missing events[0].data.a[].e",
        ),
        (
            "{ a: item.a }",
            object("a", json!({"type": "object", "properties": {"city": {}}})),
            "data-unnamed events[0].data.a: may have members",
        ),
        (
            "{ a: item.a }",
            object("a", json!({"items": {"properties": {"city": {}}}})),
            "data-unnamed events[0].data.a[]: may have members",
        ),
    ];
    for (data, schema, expected) in cases {
        let found = found(data, &schema);
        assert!(found.iter().any(|problem| problem.starts_with(expected)), "{data} {schema}: {found:#?}");
    }
}

#[test]
fn data_that_may_satisfy_its_schema_is_accepted() {
    let object = |schema: Json| json!({"type": "object", "properties": {"a": schema}, "required": ["a"]});
    let cases = [
        ("{ a: item.a }", object(json!({"type": "string", "pattern": "^x$"}))),
        ("{ a: 'item.?a' }", object(json!({"enum": [1]}))),
        ("{ a: '\"x\"' }", object(json!({"anyOf": [{"type": "string"}, {"type": "null"}]}))),
        ("{ a: '1' }", object(json!({"type": "number"}))),
        ("{ a: '1.0' }", object(json!({"type": "number"}))),
        (
            "{ a: item.a }",
            object(json!({"type": "object", "properties": {"b": {}}, "additionalProperties": false})),
        ),
        (
            "{ a: item.a }",
            object(json!({"type": "object", "properties": {"b": {}}, "additionalProperties": true})),
        ),
        ("{ a: item.a }", object(json!({"type": ["string", "null"], "properties": {"b": {}}}))),
        ("{ a: { b: item.b } }", object(json!({"type": "object"}))),
        (
            "{ a: { b: item.b } }",
            object(json!({"oneOf": [{"properties": {"b": {}}}, {"properties": {"c": {}}}]})),
        ),
        ("{ a: { b: item.b } }", object(json!({"allOf": [{"$ref": "#/$defs/b"}]}))),
    ];
    for (data, mut schema) in cases {
        schema["$defs"] = json!({"b": {"properties": {"b": {"type": "string"}}}});
        assert_eq!(found(data, &schema), [""; 0], "{data} {schema}");
    }
}

#[test]
fn a_recursive_schema_does_not_hang_the_check() {
    let tree = json!({"properties": {"a": {"$ref": "#"}}, "additionalProperties": false});
    assert_eq!(found("{ a: item.a }", &tree), [""; 0]);
}

#[test]
fn a_key_attribute_has_the_type_of_the_key() {
    let found = |value: &str, allowed: Json| {
        let text = format!(
            "table: orders\nkeys: {{ partition: {{ id: S }}, sort: {{ at: N }} }}\nsubject: '\"x\"'\n\
            events: [{{ type: order.placed.v1, data: {{ a: {value} }} }}]\n"
        );
        let body = json!({"properties": {"a": {"type": allowed}}});
        texts(&check(&[pipe(&text)], &[schema("order.placed.v1", &body)], &no_files))
    };
    for (value, allowed, actual) in [
        ("item.at", "string", "a number"),
        ("keys.at", "string", "a number"),
        ("new.at", "boolean", "a number"),
        ("old.id", "number", "a string"),
        ("string(keys.at)", "integer", "a string"),
    ] {
        let expected = format!(
            "data-type events[0].data.a: is {actual}, but schemas/order.placed.v1.json allows only {allowed}"
        );
        assert_eq!(found(value, json!(allowed)), [expected], "{value}");
    }
    for (value, allowed) in [
        ("item.at", json!("integer")),
        ("keys.at", json!(["null", "number"])),
        ("keys.id", json!("string")),
        ("string(keys.at)", json!("string")),
        ("item.other", json!("string")),
    ] {
        assert_eq!(found(value, allowed), [""; 0], "{value}");
    }
}
