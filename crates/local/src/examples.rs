//! The examples of pipe files (`tests`) as writes to try.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;
use tablecast_definitions::definition::{Definition, Example as Test};
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;

/// A write that causes events. The item keeps the order of its file.
#[derive(Debug)]
pub struct Example {
    pub emits: Vec<String>,
    pub operation: Operation,
    /// The item to put, or the key to delete, in DynamoDB's JSON.
    pub item: Box<RawValue>,
    /// The subject of its events.
    pub subject: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    PutItem,
    DeleteItem,
}

/// The members of a stream record that describe its write.
#[derive(Deserialize)]
struct Record {
    dynamodb: Change,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    keys: Box<RawValue>,
    new_image: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Event {
    subject: String,
}

/// Returns the examples that emit events. Leaves out unreadable files, which `check` reports.
pub fn read(definition: &Definition, folder: &Path, pipes: &Pipes) -> Vec<Example> {
    let tests = definition.tests.iter().filter(|test| !test.emits.is_empty());
    tests.filter_map(|test| Example::read(test, folder, pipes)).collect()
}

impl Example {
    fn read(test: &Test, folder: &Path, pipes: &Pipes) -> Option<Self> {
        let text = fs::read_to_string(folder.join(&test.record)).ok()?;
        let Record { dynamodb: Change { keys, new_image } } = serde_json::from_str(&text).ok()?;
        let (operation, item) = match new_image {
            Some(image) => (Operation::PutItem, image),
            None => (Operation::DeleteItem, keys),
        };
        Some(Self { emits: test.emits.clone(), operation, item, subject: subject(&text, pipes) })
    }
}

fn subject(record: &str, pipes: &Pipes) -> Option<String> {
    let elements = enrich(pipes, &format!("[{record}]")).ok()?;
    let event: Event = serde_json::from_str(elements.first()?.events.first()?.get()).ok()?;
    Some(event.subject)
}

impl Operation {
    pub fn name(self) -> &'static str {
        match self {
            Self::PutItem => "PutItem",
            Self::DeleteItem => "DeleteItem",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tablecast_definitions::problem::DefinitionFile;

    use super::*;

    const PIPE: &str = r#"
table: profiles
keys: { partition: { userId: S } }
subject: '"profiles/" + keys.userId'
grant: '"profiles/" + claims.sub'
events: [{ type: profile.created.v1, data: { userId: keys.userId } }]
tests:
  - { record: put.json, emits: [profile.created.v1] }
  - { record: remove.json, emits: [profile.deleted.v1] }
  - { record: unmatched.json, emits: [] }
  - { record: missing.json, emits: [profile.created.v1] }
"#;
    const SCHEMA: &str = r#"{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","properties":{"userId":{"type":"string"}}}"#;

    #[test]
    fn an_example_is_the_write_that_causes_its_record() {
        let folder = tempfile::tempdir().unwrap();
        let (keys, image) =
            (json!({"userId": {"S": "ada"}}), json!({"userId": {"S": "ada"}, "n": {"N": "1.0"}}));
        let record = |change: serde_json::Value| {
            json!({
                "eventID": "1", "eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change,
                "eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/profiles/stream/1",
            })
        };
        let change = |image: &str, value: &serde_json::Value| {
            record(json!({
                "ApproximateCreationDateTime": 1, "Keys": keys, image: value, "SequenceNumber": "1",
                "SizeBytes": 1, "StreamViewType": "NEW_AND_OLD_IMAGES",
            }))
        };
        let (put, remove) = (change("NewImage", &image), change("OldImage", &image));
        for (name, record) in [("put.json", &put), ("remove.json", &remove), ("unmatched.json", &put)] {
            fs::write(folder.path().join(name), record.to_string()).unwrap();
        }
        let file = |name: &str, text: &str| DefinitionFile {
            name: name.into(),
            file: name.into(),
            text: text.into(),
        };
        let schemas = [file("profile.created.v1", SCHEMA)];
        let (pipes, problems) = Pipes::read(&[file("profiles", PIPE)], &schemas);
        assert!(problems.iter().all(|problem| problem.to_string().contains("schema")), "{problems:?}");
        let examples = read(&Definition::parse(PIPE).unwrap(), folder.path(), &pipes);
        let operations: Vec<_> = examples.iter().map(|example| example.operation).collect();
        assert_eq!(operations, [Operation::PutItem, Operation::DeleteItem]);
        let items: Vec<_> = examples.iter().map(|example| example.item.get().to_owned()).collect();
        assert_eq!(items, [image.to_string(), keys.to_string()]);
    }
}
