//! Changes with their verdicts: those of docs/reference/schema-evolution.md, and more.

mod annotations;
mod limits;
mod properties;
mod random;
mod values;
mod wording;

use serde_json::{Value as Json, json};

use super::*;

/// A description, the old schema, the new one, and a problem as `rule path`. It is empty for a compatible
/// change.
type Change = (&'static str, Json, Json, &'static str);

pub fn source(name: &str, body: &Json) -> DefinitionFile {
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://tablecast.example/schemas/{name}.json"),
    });
    document.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let text = serde_json::to_string_pretty(&document).unwrap();
    DefinitionFile { file: format!("schemas/{name}.json"), name: name.into(), text }
}

/// Returns each problem as `rule path: reason`.
pub fn problems(old: &Json, new: &Json) -> Vec<String> {
    let sources = |body: &Json| [source("order.placed.v1", body)];
    let text = |problem: Problem| format!("{} {}: {}", problem.rule.name(), problem.path, problem.reason);
    breaking_changes(&sources(old), &sources(new)).into_iter().map(text).collect()
}

fn assert_verdicts(changes: Vec<Change>) {
    let failures = changes.into_iter().filter_map(|(description, old, new, expected)| {
        let problems = problems(&old, &new);
        let is_expected = problems.iter().any(|problem| problem.starts_with(&format!("{expected}: ")));
        let has_advice = problems.iter().all(|problem| problem.ends_with("; create order.placed.v2"));
        let is_correct = if expected.is_empty() { problems.is_empty() } else { is_expected && has_advice };
        (!is_correct)
            .then(|| format!("{description}: {old} -> {new}: expected {expected:?}, found {problems:#?}"))
    });
    let failures: Vec<String> = failures.collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Returns an object with the property `a` of this schema.
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
fn a_published_event_type_can_be_removed_only_after_its_deprecation() {
    let v1 = |body: Json| source("order.placed.v1", &body);
    let problems = |old: &[DefinitionFile], new: &[DefinitionFile]| {
        breaking_changes(old, new).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        problems(&[v1(json!({}))], &[]),
        ["schemas/order.placed.v1.json: order.placed.v1 was removed, and no earlier version deprecated it"]
    );
    assert_eq!(problems(&[v1(json!({"deprecated": true}))], &[]), [""; 0]);
    assert_eq!(problems(&[], &[v1(json!({}))]), [""; 0]);
    let v2 = source("order.placed.v2", &a(json!({"type": "integer"})));
    assert_eq!(problems(&[v1(a(text()))], &[v1(a(text())), v2]), [""; 0]);
    let moved = v1(json!({"$id": "https://tablecast.example/v2/order.placed.v1.json"}));
    assert!(
        problems(&[v1(json!({}))], &[moved])[0].starts_with("schemas/order.placed.v1.json:2: /$id: was ")
    );
    let broken = DefinitionFile { text: "{".into(), ..v1(json!({})) };
    assert!(problems(std::slice::from_ref(&broken), &[v1(json!({}))])[0].contains("EOF"));
    assert!(problems(&[v1(json!({}))], &[broken])[0].contains("EOF"));
}

#[test]
fn a_change_in_a_shared_file_changes_all_schemas_that_refer_to_it() {
    let order = || source("order.placed.v1", &a(json!({"$ref": "address.v1.json"})));
    let address = |body: Json| source("address.v1", &body);
    let problems = |old: Json, new: Json| -> Vec<String> {
        breaking_changes(&[address(old), order()], &[address(new), order()])
            .iter()
            .map(|problem| format!("{} {}", problem.file, problem.path))
            .collect()
    };
    assert_eq!(
        problems(
            a(text()),
            with(a(text()), json!({"title": "x", "properties": {"id": text(), "a": text(), "b": {}}}))
        ),
        [""; 0]
    );
    assert_eq!(
        problems(a(text()), a(json!({"type": "integer"}))),
        [
            "schemas/address.v1.json /properties/a/type",
            "schemas/order.placed.v1.json /properties/a/properties/a/type"
        ]
    );
}

#[test]
fn a_problem_has_its_line_path_reason_and_advice() {
    let old = [source("order.placed.v1", &a(json!({"enum": ["a"]})))];
    let new = [source("order.placed.v1", &a(json!({"enum": ["a", "b"]})))];
    let line = 1 + new[0].text.lines().position(|line| line.contains("\"enum\"")).unwrap();
    let expected = format!(
        "schemas/order.placed.v1.json:{line}: /properties/a/enum: accepts values that old readers reject; create \
         order.placed.v2"
    );
    assert_eq!(breaking_changes(&old, &new).iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
}
