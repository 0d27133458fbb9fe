//! Changes, each with its verdict and why: what is in docs/reference/schema-evolution.md, and more.

mod limits;
mod notes;
mod properties;
mod values;
mod words;

use serde_json::{Value as Json, json};

use super::*;

/// A schema of before, one of now, and `rule path`: what the change breaks first; empty where it breaks nothing.
type Change = (&'static str, Json, Json, &'static str);

pub fn source(name: &str, body: &Json) -> Source {
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://tablecast.example/schemas/{name}.json"),
    });
    document.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let text = serde_json::to_string_pretty(&document).unwrap();
    Source { file: format!("schemas/{name}.json"), name: name.into(), text }
}

pub fn found(before: &Json, now: &Json) -> Vec<String> {
    let of = |body: &Json| [source("order.placed.v1", body)];
    let told = |problem: Problem| format!("{} {}: {}", problem.rule.name(), problem.path, problem.reason);
    breaks(&of(before), &of(now)).into_iter().map(told).collect()
}

fn hold(changes: Vec<Change>) {
    let judged = changes.into_iter().filter_map(|(why, before, now, expected)| {
        let found = found(&before, &now);
        let told = found.iter().any(|told| told.starts_with(&format!("{expected}: ")));
        let next = found.iter().all(|told| told.contains(": make it order.placed.v2"));
        let holds = if expected.is_empty() { found.is_empty() } else { told && next };
        (!holds).then(|| format!("{why}: {before} -> {now}: expected {expected:?}, found {found:#?}"))
    });
    let wrong: Vec<String> = judged.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A property `a` with this schema, beside others.
fn a(schema: Json) -> Json {
    json!({"type": "object", "properties": {"id": {"type": "string"}, "a": schema}, "required": ["id"]})
}

fn with(mut schema: Json, more: Json) -> Json {
    schema.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    schema
}

fn text() -> Json {
    json!({"type": "string"})
}

#[test]
fn a_type_that_was_published_stays_unless_it_was_marked_before() {
    let v1 = |body: Json| source("order.placed.v1", &body);
    let told = |before: &[Source], now: &[Source]| {
        breaks(before, now).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        told(&[v1(json!({}))], &[]),
        ["schemas/order.placed.v1.json: order.placed.v1 was published, and is gone"]
    );
    assert_eq!(told(&[v1(json!({"deprecated": true}))], &[]), [""; 0]);
    assert_eq!(told(&[], &[v1(json!({}))]), [""; 0]);
    let v2 = source("order.placed.v2", &a(json!({"type": "integer"})));
    assert_eq!(told(&[v1(a(text()))], &[v1(a(text())), v2]), [""; 0]);
    let moved = v1(json!({"$id": "https://tablecast.example/v2/order.placed.v1.json"}));
    assert!(told(&[v1(json!({}))], &[moved])[0].starts_with("schemas/order.placed.v1.json:2: /$id: was "));
    let broken = Source { text: "{".into(), ..v1(json!({})) };
    assert!(told(std::slice::from_ref(&broken), &[v1(json!({}))])[0].contains("EOF"));
    assert!(told(&[v1(json!({}))], &[broken])[0].contains("EOF"));
}

#[test]
fn a_change_in_another_file_is_a_change_of_all_that_refer_to_it() {
    let order = || source("order.placed.v1", &a(json!({"$ref": "address.v1.json"})));
    let address = |body: Json| source("address.v1", &body);
    let told = |old: Json, new: Json| -> Vec<String> {
        breaks(&[address(old), order()], &[address(new), order()])
            .iter()
            .map(|problem| format!("{} {}", problem.file, problem.path))
            .collect()
    };
    assert_eq!(
        told(
            a(text()),
            with(a(text()), json!({"title": "x", "properties": {"id": text(), "a": text(), "b": {}}}))
        ),
        [""; 0]
    );
    assert_eq!(
        told(a(text()), a(json!({"type": "integer"}))),
        [
            "schemas/address.v1.json /properties/a/type",
            "schemas/order.placed.v1.json /properties/a/properties/a/type"
        ]
    );
}

#[test]
fn a_problem_is_told_with_line_path_rule_and_what_to_do() {
    let before = [source("order.placed.v1", &a(json!({"enum": ["a"]})))];
    let now = [source("order.placed.v1", &a(json!({"enum": ["a", "b"]})))];
    let line = 1 + now[0].text.lines().position(|line| line.contains("\"enum\"")).unwrap();
    let expected = format!(
        "schemas/order.placed.v1.json:{line}: /properties/a/enum: allows what it did not: readers of before would \
                            refuse such events: make it order.placed.v2"
    );
    assert_eq!(breaks(&before, &now).iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
}
