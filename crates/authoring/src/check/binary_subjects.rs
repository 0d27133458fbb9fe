use std::collections::BTreeSet;

use serde_json::Value as Json;
use tablecast_definitions::definition::{Definition, KeyType};
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};
use tablecast_pipeline::pipe::{Pipe, Pipes};

use super::ReadRecord;

/// Finds binary attributes in subjects. Their base64 can contain `/`, and then the record is rejected.
pub fn problems(pipes: &Pipes, files: &[DefinitionFile], read_record: ReadRecord<'_>) -> Vec<Problem> {
    let of_pipe = |pipe: &Pipe| {
        let file = files.iter().find(|file| file.name == pipe.name)?;
        let tests = pipe.definition.tests.iter();
        let records =
            tests.filter_map(|test| serde_json::from_str(&read_record(file, &test.record).ok()?).ok());
        Some(of_subject(pipe, file, &binary_attributes(&pipe.definition, records)))
    };
    pipes.iter().filter_map(of_pipe).flatten().collect()
}

fn of_subject(pipe: &Pipe, file: &DefinitionFile, binary: &BTreeSet<String>) -> Vec<Problem> {
    let values = pipe.subject_references().filter(|value| !value.functions.contains("replace"));
    let attributes: BTreeSet<_> = values.flat_map(|value| &value.fields).collect();
    let problem = |(root, name): &(String, String)| {
        let reason = format!(
            "{root}.{name} is binary: a record whose base64 contains / is rejected. Write {root}.{name}.replace(\"/\", \"_\")"
        );
        Problem::new(Rule::SubjectBinary, &file.file, "subject", reason)
    };
    attributes.into_iter().filter(|(_, name)| binary.contains(name)).map(problem).collect()
}

/// The binary attributes, as far as the key or a record of a test shows them.
fn binary_attributes(definition: &Definition, records: impl Iterator<Item = Json>) -> BTreeSet<String> {
    let keys =
        definition.keys.iter().flat_map(|keys| keys.partition.iter().chain(keys.sort.iter().flatten()));
    let keys = keys.filter(|(_, key_type)| **key_type == KeyType::B).map(|(name, _)| name.clone());
    keys.chain(records.flat_map(|record| of_record(&record))).collect()
}

fn of_record(record: &Json) -> Vec<String> {
    let parts = ["Keys", "NewImage", "OldImage"].map(|part| record["dynamodb"][part].as_object());
    let attributes = parts.into_iter().flatten().flatten();
    attributes.filter(|(_, value)| value.get("B").is_some()).map(|(name, _)| name.clone()).collect()
}
