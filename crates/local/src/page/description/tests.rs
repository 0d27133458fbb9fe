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
  - { record: unmatched.json, emits: [] }
  - { record: missing.json, emits: [profile.created.v1] }
"#;

#[test]
fn an_example_is_the_write_that_causes_its_record() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, image) = (json!({"userId": {"S": "ada"}}), json!({"userId": {"S": "ada"}, "n": {"N": "1.0"}}));
    let put = json!({"dynamodb": {"Keys": keys, "NewImage": image}});
    let remove = json!({"dynamodb": {"Keys": keys, "OldImage": image}});
    for (name, record) in [("put.json", &put), ("remove.json", &remove), ("unmatched.json", &put)] {
        fs::write(folder.path().join(name), record.to_string()).unwrap();
    }
    let definition = Definition::parse(PIPE).unwrap();
    let pipe = serde_json::to_value(Pipe::new("profiles", &definition, folder.path())).unwrap();
    let expected = json!([
        {"emits": ["profile.created.v1"], "operation": "PutItem", "item": image},
        {"emits": ["profile.deleted.v1"], "operation": "DeleteItem", "item": keys},
    ]);
    assert_eq!(pipe["examples"], expected);
    assert_eq!(
        (&pipe["partition"], &pipe["grants"]),
        (&json!("userId"), &json!([r#""profiles/" + claims.sub"#]))
    );
}
