//! One item, whose expressions make much more than the item has, does not take the memory of the function.
#![allow(clippy::unwrap_used)]

use allocation_counter::measure;
use serde_json::{Value as Json, json};
use tablecast_definitions::problem::DefinitionFile;
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;

/// Terraform gives `enrich` 512 MB.
const MOST_BYTES: u64 = 150_000_000;

fn file(name: &str, text: String) -> DefinitionFile {
    DefinitionFile { file: name.to_owned(), name: name.to_owned(), text }
}

fn pipes(data: &Json) -> Pipes {
    let rule = json!({"type": "t.v1", "data": {"id": "item.id", "value": data}});
    let pipe = json!({"table": "tab", "subject": "\"t/\" + item.id", "events": [rule]});
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://example.com/schemas/t.v1.json",
        "type": "object",
    });
    Pipes::compile(&[file("tab", pipe.to_string())], &[file("t.v1", schema.to_string())]).unwrap()
}

fn record(id: &str, lines: usize, name: usize) -> Json {
    json!({
        "eventID": id, "eventName": "INSERT",
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/tab/stream/x",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_404_516, "SequenceNumber": "1",
            "Keys": {"id": {"S": id}},
            "NewImage": {
                "id": {"S": id}, "name": {"S": "x".repeat(name)},
                "lines": {"L": vec![json!({"S": "y"}); lines]},
            },
        },
    })
}

/// Returns the reason of the large record, beside a small one, and the most bytes at one time.
fn rejection(data: &Json, lines: usize) -> (String, u64) {
    let batch = json!([record("large", lines, 200_000), record("small", 2, 3)]).to_string();
    let (pipes, mut elements) = (pipes(data), Vec::new());
    let most = measure(|| elements = enrich(&pipes, &batch).unwrap()).bytes_max;
    assert_eq!(elements[1].events.len(), 1, "{data}: {:?}", elements[1].rejected);
    let rejected = elements[0].rejected.as_ref().unwrap_or_else(|| panic!("{data} is not rejected"));
    assert_eq!(rejected.path, path(data), "{data}");
    (rejected.reason.clone(), most)
}

fn path(data: &Json) -> &str {
    if data.is_object() { "events[0].data.value.b" } else { "events[0].data.value" }
}

#[test]
fn a_record_whose_data_is_too_large_is_rejected_alone_with_bounded_memory() {
    let whole = (0..130).map(|at| format!("\"n{at}\": new")).collect::<Vec<_>>().join(", ");
    let half = json!("item.lines.map(x, {\"n\": x, \"name\": item.name}).filter(x, true)");
    for (data, lines) in [
        (json!("item.lines.map(x, {\"n\": x, \"name\": item.name})"), 200),
        (json!("item.lines.map(x, {\"n\": x, \"name\": item.name})"), 1_000),
        (json!("item.lines.map(x, item)"), 10_000),
        (json!(format!("{{{whole}}}")), 10_000),
        (json!({"a": "item.name", "b": half}), 20),
    ] {
        let (reason, most) = rejection(&data, lines);
        assert!(reason.starts_with("brings the data to more than 3000000 bytes"), "{data}: {reason}");
        assert!(most < MOST_BYTES, "{data}: {most}");
    }
}

#[test]
fn a_record_whose_expression_builds_too_much_is_rejected_alone_with_bounded_memory() {
    let split = format!("[{}]", vec!["item.name.split(\"\")"; 80].join(","));
    for (source, lines) in [
        ("item.lines.map(x, item.name + x)", 1_000),
        ("item.lines.map(x, [item.name + x])", 1_000),
        ("item.lines.map(x, {\"a\": item.name + x})", 1_000),
        ("item.lines.map(x, item.lines.map(y, {\"n\": x, \"all\": item.lines}))", 300),
        ("item.lines.map(x, item.lines.map(y, item.lines)).size()", 300),
        ("item.lines.map(x, x == \"y\" ? [item.name + x] : []).size()", 1_000),
        ("item.lines.filter(x, [item.name + x] != []).size()", 1_000),
        ("item.name.replace(\"\", item.name).size()", 2),
        ("item.name.replace(\"x\", item.name, 1000).size()", 2),
        ("item.lines.join(item.name).size()", 1_000),
        ("item.name.split(\"\").join(item.name).size()", 2),
        ("\"%s\".format([item.lines.map(x, item)]).size()", 1_000),
        (split.as_str(), 2),
    ] {
        let (reason, most) = rejection(&json!(source), lines);
        assert!(reason.starts_with("builds values of more than 32000000 bytes"), "{source}: {reason}");
        assert!(most < MOST_BYTES, "{source}: {most}");
    }
}
