//! What the page has to know of this machine, as JSON.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tablecast_pipeline::definition::{Definition, Example};

use crate::machine::{Addresses, PipeFile, REGION, REJECTED_TABLE};
use crate::options::{Auth, Options};

pub fn of(options: &Options, addresses: &Addresses, pipes: &[PipeFile]) -> Value {
    let auth = match options.auth {
        Auth::Jwt { .. } => "jwt",
        Auth::None => "none",
    };
    let pipes: Vec<_> = pipes.iter().map(|file| pipe(&file.name, &file.definition, &options.pipes)).collect();
    json!({
        "auth": auth, "dynamodb": addresses.dynamodb(), "region": REGION, "rejected": REJECTED_TABLE, "pipes": pipes,
    })
}

fn pipe(name: &str, definition: &Definition, folder: &Path) -> Value {
    let grants: Vec<_> = definition.grant.iter().flat_map(|grant| grant.iter()).collect();
    let examples = definition.tests.iter().filter(|test| !test.emits.is_empty());
    let examples: Vec<_> = examples.filter_map(|test| example(test, folder)).collect();
    let partition = definition.keys.as_ref().and_then(|keys| keys.partition.keys().next());
    json!({
        "name": name, "table": definition.table, "partition": partition, "grants": grants, "examples": examples,
    })
}

/// The write that makes such a record. Without its file there is none: `check` tells of it.
fn example(test: &Example, folder: &Path) -> Option<Value> {
    let text = fs::read_to_string(folder.join(&test.record)).ok()?;
    let record: Value = serde_json::from_str(&text).ok()?;
    let change = &record["dynamodb"];
    let (operation, item) = match change.get("NewImage") {
        Some(image) => ("PutItem", image),
        None => ("DeleteItem", &change["Keys"]),
    };
    Some(json!({"emits": test.emits, "operation": operation, "item": item}))
}

#[cfg(test)]
mod tests {
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
        let told = pipe("profiles", &Definition::parse(PIPE).unwrap(), folder.path());
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
