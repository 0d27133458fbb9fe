use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::*;
use tablecast_definitions::folder;
use tablecast_definitions::problem::Rule;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn no_files(_: &Source, name: &str) -> Result<String, String> {
    Err(format!("{name} was not asked for"))
}

fn pipe(text: &str) -> Source {
    Source { file: "pipes/orders.yaml".into(), name: "orders".into(), text: text.into() }
}

fn schema(name: &str, body: &Json) -> Source {
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://tablecast.example/schemas/{name}.json"),
    });
    document.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let text = serde_json::to_string_pretty(&document).unwrap();
    Source { file: format!("schemas/{name}.json"), name: name.into(), text }
}

/// What is wrong with one rule's `data` and its schema, as `rule path: reason`.
fn found(data: &str, body: &Json) -> Vec<String> {
    let rule = format!("events:\n  - type: order.placed.v1\n    data: {data}\n");
    let pipe = pipe(&format!("table: orders\nsubject: '\"x\"'\n{rule}"));
    let report = check(&[pipe], &[schema("order.placed.v1", body)], &no_files);
    assert!(report.problems.iter().all(|problem| problem.line.is_some() || problem.path.is_empty()));
    told(&report)
}

fn told(report: &Report) -> Vec<String> {
    let told = |problem: &Problem| format!("{} {}: {}", problem.rule.name(), problem.path, problem.reason);
    report.problems.iter().map(told).collect()
}

#[test]
fn nothing_is_wrong_with_our_own_files_and_every_fixture_is_run() {
    let read = |folder: &str, extension| folder::read(&root().join(folder), extension).unwrap();
    let beside = |pipe: &Source, name: &str| {
        fs::read_to_string(Path::new(&pipe.file).with_file_name(name)).map_err(|error| error.to_string())
    };
    let report = check(&read("pipes", "yaml"), &read("schemas", "json"), &beside);
    assert_eq!(told(&report), [""; 0]);
    assert_eq!((report.checked.pipes, report.checked.tests), (2, 9));
    assert!(report.checked.examples >= report.checked.schemas, "{:?}", report.checked);
}

#[test]
fn data_that_cannot_satisfy_its_schema_is_found_before_any_record_comes() {
    let of = |name: &str, schema: Json| json!({"type": "object", "properties": {name: schema}});
    let cases = [
        (
            "{ a: item.a }",
            json!({"required": ["b"], "properties": {"a": {}, "b": {}}}),
            "data-missing events[0].data.b: is never",
        ),
        ("{ b: item.b }", of("a", json!({})), "data-unnamed events[0].data.b: has no place"),
        (
            "{ a: '1' }",
            of("a", json!({"type": "string"})),
            "data-type events[0].data.a: is an integer; schemas/order.placed.v1.json wants string",
        ),
        (
            "{ a: string(item.a) }",
            of("a", json!({"type": ["number", "null"]})),
            "data-type events[0].data.a: is a string; schemas/order.placed.v1.json wants null or number",
        ),
        (
            "{ a: item.a == 1 }",
            of("a", json!({"type": "string"})),
            "data-type events[0].data.a: is a boolean",
        ),
        (
            "{ a: '\"x\"' }",
            of("a", json!({"enum": ["y", "z"]})),
            "data-value events[0].data.a: is \"x\"; schemas/order.placed.v1.json allows \"y\", \"z\"",
        ),
        ("{ a: '\"x\"' }", of("a", json!({"const": "y"})), "data-value events[0].data.a: is \"x\""),
        (
            "{ a: 'item.b == 1 ? \"x\" : \"y\"' }",
            of("a", json!({"enum": ["x"]})),
            "data-value events[0].data.a: is \"y\"",
        ),
        ("{ a: [item.b] }", of("a", json!({"type": "object"})), "data-type events[0].data.a: is an array"),
        (
            "{ a: ['1'] }",
            of("a", json!({"items": {"type": "string"}})),
            "data-type events[0].data.a[]: is an integer",
        ),
        ("{ a: { b: '1' } }", of("a", json!({"$ref": "#/$defs/b", "$defs": {}})), "schema-file"),
        ("'item.b == 1'", json!({"type": "object"}), "data-type events[0].data: is a boolean"),
        (
            "{ a: 'item.b.map(x, {\"c\": x.c, \"d\": x.d})' }",
            of("a", json!({"items": {"properties": {"c": {}}, "required": ["c", "e"]}})),
            "data-missing events[0].data.a[].e",
        ),
        (
            "{ a: item.a }",
            of("a", json!({"type": "object", "properties": {"city": {}}})),
            "data-unnamed events[0].data.a: gives all",
        ),
        (
            "{ a: item.a }",
            of("a", json!({"items": {"properties": {"city": {}}}})),
            "data-unnamed events[0].data.a[]: gives all",
        ),
    ];
    for (data, schema, expected) in cases {
        let found = found(data, &schema);
        assert!(found.iter().any(|problem| problem.starts_with(expected)), "{data} {schema}: {found:#?}");
    }
}

#[test]
fn data_that_may_satisfy_its_schema_is_left_alone() {
    let of = |schema: Json| json!({"type": "object", "properties": {"a": schema}, "required": ["a"]});
    let cases = [
        ("{ a: item.a }", of(json!({"type": "string", "pattern": "^x$"}))),
        ("{ a: 'item.?a' }", of(json!({"enum": [1]}))),
        ("{ a: '\"x\"' }", of(json!({"anyOf": [{"type": "string"}, {"type": "null"}]}))),
        ("{ a: '1' }", of(json!({"type": "number"}))),
        ("{ a: '1.0' }", of(json!({"type": "number"}))),
        (
            "{ a: item.a }",
            of(json!({"type": "object", "properties": {"b": {}}, "additionalProperties": false})),
        ),
        (
            "{ a: item.a }",
            of(json!({"type": "object", "properties": {"b": {}}, "additionalProperties": true})),
        ),
        ("{ a: item.a }", of(json!({"type": ["string", "null"], "properties": {"b": {}}}))),
        ("{ a: { b: item.b } }", of(json!({"type": "object"}))),
        (
            "{ a: { b: item.b } }",
            of(json!({"oneOf": [{"properties": {"b": {}}}, {"properties": {"c": {}}}]})),
        ),
        ("{ a: { b: item.b } }", of(json!({"allOf": [{"$ref": "#/$defs/b"}]}))),
    ];
    for (data, mut schema) in cases {
        schema["$defs"] = json!({"b": {"properties": {"b": {"type": "string"}}}});
        assert_eq!(found(data, &schema), [""; 0], "{data} {schema}");
    }
}

#[test]
fn a_recursive_schema_ends_the_search() {
    let tree = json!({"properties": {"a": {"$ref": "#"}}, "additionalProperties": false});
    assert_eq!(found("{ a: item.a }", &tree), [""; 0]);
}

#[test]
fn a_schema_is_looked_at_beyond_what_its_compiler_says() {
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
        told(&report),
        [
            "schema-unused : no pipe emits order.lost.v1",
            "schema-example /examples/1/a: value is not of type \"string\"",
            "schema-keyword /properties/a/requierd: is no keyword of JSON Schema 2020-12: validators ignore it",
        ]
    );
    let lines: Vec<Option<u64>> = report.problems.iter().map(|problem| problem.line).collect();
    let line = |part: &str| 1 + schemas[0].text.lines().position(|line| line.contains(part)).unwrap() as u64;
    assert_eq!(lines, [None, Some(line("\"a\": 1")), Some(line("\"requierd\": true"))]);
}

#[test]
fn a_schema_that_another_refers_to_has_a_use() {
    let pipe = pipe(
        "table: orders\nsubject: '\"x\"'\nevents:\n  - { type: order.placed.v1, data: { a: item.a } }\n",
    );
    let referring = json!({"properties": {"a": {"$ref": "address.v1.json"}}});
    let schemas = [schema("order.placed.v1", &referring), schema("address.v1", &json!({"type": "string"}))];
    assert_eq!(told(&check(&[pipe], &schemas, &no_files)), [""; 0]);
}

#[test]
fn what_only_terraform_would_refuse_is_told_with_its_line() {
    let text = "table: or ders\nsubject: '\"x\"'\nfilter:\n  - { dynamodb: { NewImage: { total: { N: [\"1\"] }, open: { S: [y, \"n\", 'no', nono, true] } } } }\n  \
        - { eventName: [{ wildcard: \"*\" }] }\n  - { eventName: INSERT }\nkeys: { partition: { no: N } }\n\
        events:\n  - { type: order.placed.v1, data: { a: item.?a, b: 'item.?b' } }\n";
    let schemas = [schema("order.placed.v1", &json!({"properties": {"a": {}, "b": {}}}))];
    let report = check(&[pipe(text)], &schemas, &no_files);
    let told: Vec<String> =
        report.problems.iter().map(|problem| format!("{} {problem}", problem.rule.name())).collect();
    let expected = [
        "pipe-file pipes/orders.yaml:1: table: has letters, digits, _ - and . only",
        "yaml-1.1 pipes/orders.yaml:4: filter[0].dynamodb.NewImage.open.S[0]: y is a truth value to Terraform",
        "yaml-1.1 pipes/orders.yaml:4: filter[0].dynamodb.NewImage.total.N: N is a truth value to Terraform",
        "filter pipes/orders.yaml:5: filter[1].eventName[0]: `wildcard` works on an event bus",
        "filter pipes/orders.yaml:6: filter[2].eventName: values stand in a list",
        "yaml-1.1 pipes/orders.yaml:7: keys.partition.no: no is a truth value to Terraform",
        "yaml-1.1 pipes/orders.yaml:9: events[0].data.a: item.?a cannot be read by Terraform",
    ];
    for (problem, start) in told.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
}

#[test]
fn the_tests_of_a_pipe_file_are_run_and_each_that_fails_is_told() {
    let read = |folder: &str, extension| folder::read(&root().join(folder), extension).unwrap();
    let mut pipes = read("pipes", "yaml");
    let tests = "tests:\n  - { record: fixtures/orders-insert.json, emits: [] }\n  - { record: none, emits: [] }\n  \
        - { record: fixtures/profiles-insert.json, emits: [] }\n  - { record: bad, emits: [] }\n  - { record: two, emits: [] }\n";
    let orders = pipes.iter_mut().find(|pipe| pipe.name == "orders").unwrap();
    orders.text = format!("{}{tests}", orders.text.split("tests:").next().unwrap());
    let beside = |pipe: &Source, name: &str| match name {
        "none" => Err("no such file".to_owned()),
        "bad" => Ok(r#"{"eventID": "1"}"#.to_owned()),
        "two" => Ok("1, 2".to_owned()),
        name => {
            fs::read_to_string(Path::new(&pipe.file).with_file_name(name)).map_err(|error| error.to_string())
        }
    };
    let report = check(&pipes, &read("schemas", "json"), &beside);
    assert!(report.problems.iter().all(|problem| problem.rule == Rule::Test && problem.line.is_some()));
    assert_eq!(report.checked.tests, 10);
    assert_eq!(
        told(&report),
        [
            "test tests[0]: fixtures/orders-insert.json: emits [order.placed.v1], not []",
            "test tests[1]: none: no such file",
            "test tests[2]: fixtures/profiles-insert.json: is a record of the table of profiles.yaml",
            "test tests[3]: bad: is rejected: eventSourceARN: is not of a table that has a pipe",
            "test tests[4]: two: is not one record",
        ]
    );
}

#[test]
fn what_is_wrong_in_one_file_hides_nothing_in_another() {
    let read = |folder: &str, extension| folder::read(&root().join(folder), extension).unwrap();
    let mut pipes = read("pipes", "yaml");
    pipes.push(Source { file: "pipes/lost.yaml".into(), name: "lost".into(), text: "tabel: x".into() });
    let schemas =
        [read("schemas", "json"), vec![schema("order.lost.v1", &json!({"type": "strin"}))]].concat();
    let beside = |_: &Source, _: &str| Ok("1".to_owned());
    let report = check(&pipes, &schemas, &beside);
    let count = |rule| report.problems.iter().filter(|problem| problem.rule == rule).count();
    assert_eq!(
        [count(Rule::PipeFile), count(Rule::SchemaFile), count(Rule::Test)],
        [1, 1, 9],
        "{:#?}",
        report.problems
    );
}

#[test]
fn every_rule_has_a_name_and_a_remedy_in_the_documentation() {
    let documentation = fs::read_to_string(root().join("docs/reference/check.md")).unwrap();
    for rule in Rule::ALL {
        assert!(documentation.contains(&format!("| `{}` |", rule.name())), "{}", rule.name());
        assert!(!rule.remedy().is_empty());
    }
}
