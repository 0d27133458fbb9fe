//! What the page has to know of this machine, as JSON.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tablecast_definitions::definition::{Definition, Example};

use crate::machine::{Addresses, PipeFile, REGION, REJECTED_TABLE};
use crate::options::{Auth, Options};

#[derive(Serialize)]
pub struct Description<'a> {
    auth: &'static str,
    dynamodb: String,
    region: &'static str,
    /// The table of rejected records.
    rejected: &'static str,
    pipes: Vec<Pipe<'a>>,
}

#[derive(Serialize)]
struct Pipe<'a> {
    name: &'a str,
    table: &'a str,
    /// The partition key's name, where the file says it.
    partition: Option<&'a str>,
    grants: Vec<&'a str>,
    examples: Vec<Write<'a>>,
}

/// A write, and what comes of it. The item is as somebody wrote it, in that order.
#[derive(Serialize)]
struct Write<'a> {
    emits: &'a [String],
    operation: &'static str,
    item: Box<RawValue>,
}

/// As far as it tells of the write.
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

impl<'a> Description<'a> {
    pub fn of(options: &Options, addresses: &Addresses, pipes: &'a [PipeFile]) -> Self {
        let auth = match options.auth {
            Auth::Jwt { .. } => "jwt",
            Auth::None => "none",
        };
        let pipe = |file: &'a PipeFile| Pipe::of(&file.name, &file.definition, &options.pipes);
        let (dynamodb, pipes) = (addresses.dynamodb(), pipes.iter().map(pipe).collect());
        Self { auth, dynamodb, region: REGION, rejected: REJECTED_TABLE, pipes }
    }
}

impl<'a> Pipe<'a> {
    fn of(name: &'a str, definition: &'a Definition, folder: &Path) -> Self {
        let keys = definition.keys.as_ref();
        let examples = definition.tests.iter().filter(|test| !test.emits.is_empty());
        Self {
            name,
            table: &definition.table,
            partition: keys.and_then(|keys| keys.partition.keys().next()).map(String::as_str),
            grants: definition.grant.iter().flat_map(|grant| grant.iter()).map(String::as_str).collect(),
            examples: examples.filter_map(|test| Write::of(test, folder)).collect(),
        }
    }
}

impl<'a> Write<'a> {
    /// The write that makes the example's record. Without its file there is none: `check` tells of it.
    fn of(test: &'a Example, folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(&test.record)).ok()?;
        let Record { dynamodb: Change { keys, new_image } } = serde_json::from_str(&text).ok()?;
        let (operation, item) = match new_image {
            Some(image) => ("PutItem", image),
            None => ("DeleteItem", keys),
        };
        Some(Self { emits: &test.emits, operation, item })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
  - { record: unwanted.json, emits: [] }
  - { record: missing.json, emits: [profile.created.v1] }
"#;

    #[test]
    fn an_example_is_the_write_that_makes_its_record() {
        let folder = tempfile::tempdir().unwrap();
        let (keys, image) =
            (json!({"userId": {"S": "ada"}}), json!({"userId": {"S": "ada"}, "n": {"N": "1.0"}}));
        let put = json!({"dynamodb": {"Keys": keys, "NewImage": image}});
        let remove = json!({"dynamodb": {"Keys": keys, "OldImage": image}});
        for (name, record) in [("put.json", &put), ("remove.json", &remove), ("unwanted.json", &put)] {
            fs::write(folder.path().join(name), record.to_string()).unwrap();
        }
        let definition = Definition::parse(PIPE).unwrap();
        let told = serde_json::to_value(Pipe::of("profiles", &definition, folder.path())).unwrap();
        let expected = json!([
            {"emits": ["profile.created.v1"], "operation": "PutItem", "item": image},
            {"emits": ["profile.deleted.v1"], "operation": "DeleteItem", "item": keys},
        ]);
        assert_eq!(told["examples"], expected);
        assert_eq!(
            (&told["partition"], &told["grants"]),
            (&json!("userId"), &json!([r#""profiles/" + claims.sub"#]))
        );
    }
}
