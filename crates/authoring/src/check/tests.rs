use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};
use tablecast_definitions::folder;
use tablecast_definitions::problem::{Problem, Rule};

use super::*;

mod binary_subjects;
mod channels;
mod data;
mod filters;
mod grant_tests;
mod grants;
mod pipe_files;
mod schemas;
mod states;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn no_files(_: &DefinitionFile, name: &str) -> Result<String, String> {
    Err(format!("no test reads {name}"))
}

fn pipe(text: &str) -> DefinitionFile {
    DefinitionFile { file: "pipes/orders.yaml".into(), name: "orders".into(), text: text.into() }
}

fn schema(name: &str, body: &Json) -> DefinitionFile {
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://tablecast.example/schemas/{name}.json"),
    });
    document.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let text = serde_json::to_string_pretty(&document).unwrap();
    DefinitionFile { file: format!("schemas/{name}.json"), name: name.into(), text }
}

/// Checks one rule's `data` against a schema. Returns each problem as `rule path: reason`.
fn found(data: &str, body: &Json) -> Vec<String> {
    let rule = format!("events:\n  - type: order.placed.v1\n    data: {data}\n");
    let pipe = pipe(&format!("table: orders\nsubject: '\"x\"'\n{rule}"));
    let report = check(&[pipe], &[schema("order.placed.v1", body)], &no_files);
    assert!(report.problems.iter().all(|problem| problem.line.is_some() || problem.path.is_empty()));
    texts(&report)
}

fn texts(report: &Report) -> Vec<String> {
    let text = |problem: &Problem| format!("{} {}: {}", problem.rule.name(), problem.path, problem.reason);
    report.problems.iter().map(text).collect()
}

#[test]
fn the_files_of_this_project_have_no_problems_and_all_their_tests_run() {
    let read = |folder: &str, extension| folder::read(&root().join(folder), extension).unwrap();
    let read_record = |pipe: &DefinitionFile, name: &str| {
        fs::read_to_string(Path::new(&pipe.file).with_file_name(name)).map_err(|error| error.to_string())
    };
    let report = check(&read("pipes", "yaml"), &read("schemas", "json"), &read_record);
    assert_eq!((texts(&report), &report.warnings[..]), (vec![], &[][..]));
    assert_eq!((report.checked.pipes, report.checked.tests), (2, 9));
    assert!(report.checked.examples >= report.checked.schemas, "{:?}", report.checked);
}

#[test]
fn a_problem_in_one_file_hides_no_problem_in_another() {
    let read = |folder: &str, extension| folder::read(&root().join(folder), extension).unwrap();
    let mut pipes = read("pipes", "yaml");
    pipes.push(DefinitionFile {
        file: "pipes/lost.yaml".into(),
        name: "lost".into(),
        text: "tabel: x".into(),
    });
    let schemas =
        [read("schemas", "json"), vec![schema("order.lost.v1", &json!({"type": "strin"}))]].concat();
    let read_record = |_: &DefinitionFile, _: &str| Ok("1".to_owned());
    let report = check(&pipes, &schemas, &read_record);
    let count = |rule| report.problems.iter().filter(|problem| problem.rule == rule).count();
    assert_eq!(
        [count(Rule::PipeFile), count(Rule::SchemaFile), count(Rule::Test)],
        [1, 1, 9],
        "{:#?}",
        report.problems
    );
}

#[test]
fn every_rule_is_documented_and_has_a_remedy() {
    let documentation = fs::read_to_string(root().join("docs/reference/check.md")).unwrap();
    for rule in Rule::ALL {
        assert!(documentation.contains(&format!("| `{}` |", rule.name())), "{}", rule.name());
        assert!(!rule.remedy().is_empty());
    }
}
