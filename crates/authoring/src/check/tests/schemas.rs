use super::*;

#[test]
fn unknown_keywords_invalid_examples_and_unused_schemas_are_reported() {
    let placed = json!({
        "properties": {"a": {"type": "string", "requierd": true}, "x-note": {}, "requierd": {}}, "x-owner": "us",
        "examples": [{"a": "1"}, {"a": 1}]});
    let pipe = pipe(
        "table: orders\nsubject: '\"x\"'\nevents:\n  - { type: order.placed.v1, data: { a: item.a } }\n",
    );
    let schemas = [
        schema("order.placed.v1", &placed),
        schema("order.lost.v1", &json!({})),
        schema("order.old.v1", &json!({"deprecated": true})),
        schema("tablecast.pong.v1", &json!({})),
    ];
    let report = check(&[pipe], &schemas, &no_files);
    assert_eq!(
        texts(&report),
        [
            "schema-unused : no pipe emits order.lost.v1",
            "schema-example /examples/1/a: value is not of type \"string\"",
            "schema-keyword /properties/a/requierd: is not a keyword of JSON Schema 2020-12, so validators ignore it. \
             Did you mean \"required\"?",
        ]
    );
    let lines: Vec<Option<u64>> = report.problems.iter().map(|problem| problem.line).collect();
    let line = |part: &str| 1 + schemas[0].text.lines().position(|line| line.contains(part)).unwrap() as u64;
    assert_eq!(lines, [None, Some(line("\"a\": 1")), Some(line("\"requierd\": true"))]);
}

#[test]
fn a_schema_that_another_schema_refers_to_is_used() {
    let pipe = pipe(
        "table: orders\nsubject: '\"x\"'\nevents:\n  - { type: order.placed.v1, data: { a: item.a } }\n",
    );
    let referring = json!({"properties": {"a": {"$ref": "address.v1.json"}}});
    let schemas = [schema("order.placed.v1", &referring), schema("address.v1", &json!({"type": "string"}))];
    assert_eq!(texts(&check(&[pipe], &schemas, &no_files)), [""; 0]);
}

/// Returns what `check` reports about schemas that no pipe emits, without the rule `schema-unused`.
fn problems_of(schemas: &[DefinitionFile]) -> Vec<String> {
    let texts = texts(&check(&[], schemas, &no_files));
    texts.into_iter().filter(|text| !text.starts_with("schema-unused")).collect()
}

#[test]
fn keywords_of_older_drafts_are_reported_with_their_replacement() {
    for (keyword, expected) in [
        ("definitions", "is a keyword of an older draft: use $defs, and change each $ref to it"),
        ("dependencies", "is a keyword of an older draft: use dependentRequired or dependentSchemas"),
        ("additionalItems", "is a keyword of an older draft: use items beside prefixItems"),
        ("id", "is a keyword of an older draft: use $id"),
        ("nullable", "is a keyword of OpenAPI: add \"null\" to the list of type"),
        (
            "minLenght",
            "is not a keyword of JSON Schema 2020-12, so validators ignore it. Did you mean \"minLength\"?",
        ),
    ] {
        let schema = schema("order.placed.v1", &json!({ keyword: {} }));
        assert_eq!(problems_of(&[schema]), [format!("schema-keyword /{keyword}: {expected}")]);
    }
}

#[test]
fn event_types_with_one_name_in_generated_code_are_reported() {
    let schemas = |names: &[&str]| names.iter().map(|name| schema(name, &json!({}))).collect::<Vec<_>>();
    for pair in [["order.status-changed.v1", "order.status.changed.v1"], ["order-1.v1", "order1.v1"]] {
        let found = problems_of(&schemas(&pair));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(&format!("{} has the same name in generated code", pair[0])), "{found:?}");
    }
    for name in ["order--placed.v1", "order-.v1"] {
        let found = problems_of(&schemas(&[name]));
        assert!(found[0].contains("two dots or hyphens in a row"), "{found:?}");
    }
    assert_eq!(
        problems_of(&schemas(&["order.placed.v1", "order.placed.v2", "order-line.placed.v1"])),
        [""; 0]
    );
}

#[test]
fn a_reference_that_leads_back_to_the_same_place_is_a_problem() {
    let found = |bodies: &[(&str, Json)]| {
        let schemas: Vec<_> = bodies.iter().map(|(name, body)| schema(name, body)).collect();
        let report = check(&[], &schemas, &no_files);
        let cycles = report.problems.iter().filter(|problem| problem.reason.contains("leads back here"));
        cycles.map(|problem| format!("{} {}", problem.file, problem.path)).collect::<Vec<_>>()
    };
    let one = |body: Json| found(&[("a.v1", body)]);
    let to = |target: &str| json!({"$ref": target});
    let a = |path: &str| vec![format!("schemas/a.v1.json {path}")];
    assert_eq!(one(to("#")), a("/$ref"));
    assert_eq!(one(json!({"properties": {"x": to("#/properties/x")}})), a("/properties/x/$ref"));
    let union = json!({"$defs": {"t": {"anyOf": [{"type": "integer"}, to("#/$defs/t")]}}});
    assert_eq!(one(union), a("/$defs/t/anyOf/1/$ref"));
    let two = json!({"$defs": {"a": {"allOf": [to("#/$defs/b")]}, "b": {"not": to("#/$defs/a")}}});
    assert_eq!(one(two), a("/$defs/a/allOf/0/$ref"));
    for keyword in ["oneOf", "if", "then", "else", "dependentSchemas"] {
        let inner = match keyword {
            "oneOf" => json!([to("#")]),
            "dependentSchemas" => json!({"x": to("#")}),
            _ => to("#"),
        };
        assert_eq!(one(json!({keyword: inner})).len(), 1, "{keyword}");
    }
    let files = [("a.v1", to("b.v1.json")), ("b.v1", json!({"allOf": [to("a.v1.json")]}))];
    assert_eq!(found(&files), a("/$ref"));
    for recursive in [
        json!({"properties": {"next": to("#")}}),
        json!({"items": to("#")}),
        json!({"$defs": {"t": {"type": "object", "additionalProperties": to("#/$defs/t")}}, "$ref": "#/$defs/t"}),
        json!({"properties": {"a": to("#/$defs/t"), "b": to("#/$defs/t")}, "$defs": {"t": {}}}),
    ] {
        assert_eq!(one(recursive.clone()), [""; 0], "{recursive}");
    }
}
