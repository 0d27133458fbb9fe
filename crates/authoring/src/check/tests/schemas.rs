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
            "schema-keyword /properties/a/requierd: is not a keyword of JSON Schema 2020-12, so validators ignore it",
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
