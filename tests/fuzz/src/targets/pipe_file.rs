//! A pipe file. All of its readers agree: what compiles has grants and sources, and gives events that their schemas
//! allow. A check never fails by itself.

use std::sync::LazyLock;

use tablecast_authoring::check;
use tablecast_definitions::definition::Definition;
use tablecast_definitions::grant::Grants;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_definitions::sources::Sources;
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;
use tablecast_protocol::event::EventHead;

use super::repository;
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "pipe_file", form: Form::Lines, check, samples, words: &[WORDS], inputs: 60 };

const WORDS: &[&str] = &[
    "table:",
    "keys:",
    "stream:",
    "filter:",
    "subject:",
    "grant:",
    "trace:",
    "events:",
    "state:",
    "let:",
    "log:",
    "bus:",
    "tests:",
    "grant_tests:",
    "type:",
    "when:",
    "data:",
    "version:",
    "removed:",
    "partition:",
    "sort:",
    "item.",
    "old.",
    "new.",
    "keys.",
    "record.",
    "claims.",
    "operation",
    "string(",
    ".?",
    "has(",
    ".map(x, ",
    ".filter(x, ",
    "&a",
    "*a",
    "<<:",
    ">-",
    "|",
    "? ",
    ": ",
    "{ ",
    " }",
    "[ ",
    " ]",
    "!!str",
    "~",
    "7d",
    "true",
];

static SCHEMAS: LazyLock<Vec<DefinitionFile>> = LazyLock::new(|| {
    repository::FOLDERS.iter().flat_map(|(_, schemas)| repository::definitions(schemas, "json")).collect()
});

static RECORDS: LazyLock<String> = LazyLock::new(|| format!("[{}]", repository::records().join(",")));

fn samples() -> Vec<String> {
    repository::FOLDERS.iter().flat_map(|(pipes, _)| repository::texts(pipes)).collect()
}

fn check(text: &str) {
    let file = DefinitionFile { file: "pipes/orders.yaml".into(), name: "orders".into(), text: text.into() };
    let read = Definition::read(text);
    assert_eq!(Definition::read(text), read);
    assert!(read.is_ok() || read.is_err_and(|problems| !problems.is_empty()));
    let files = [file];
    let (pipes, problems) = Pipes::read(&files, &[]);
    if problems.is_empty() {
        assert!(
            Grants::compile(&files).is_ok() && Sources::compile(&files).is_ok(),
            "another reader refuses the file"
        );
    }
    let no_records = |_: &DefinitionFile, _: &str| Err("is not there".to_owned());
    let report = check::check(&files, &SCHEMAS, &no_records);
    assert!(problems.iter().all(|problem| !problem.reason.is_empty()));
    assert!(report.problems.len() + report.warnings.len() < 2_000);
    emit(&pipes);
}

/// Without schemas, the events have any data, but the right envelope.
fn emit(pipes: &Pipes) {
    let elements = enrich(pipes, &RECORDS).unwrap();
    for event in elements.iter().flat_map(|element| &element.events) {
        assert!(EventHead::parse(event.get()).is_ok(), "{event}");
    }
}
