//! `tablecast check` as a program: what it prints, and how it ends.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

const PIPE: &str = "table: orders
subject: '\"orders/\" + item.id'
events:
  - type: order.placed.v1
    data: { id: item.id, status: '\"NEW\"' }
tests:
  - { record: fixtures/insert.json, emits: [order.placed.v1] }
";
const RECORD: &str = r#"{"eventID": "1", "eventName": "INSERT",
    "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/x",
    "dynamodb": {"ApproximateCreationDateTime": 1, "SequenceNumber": "1", "Keys": {"id": {"S": "1"}}, "NewImage": {"id": {"S": "1"}}}}"#;

struct Place(TempDir);

impl Place {
    fn new(pipe: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.write("pipes/orders.yaml", pipe);
        place.write("pipes/fixtures/insert.json", RECORD);
        place.write(
            "schemas/order.placed.v1.json",
            &schema(json!({"id": {"type": "string"}, "status": {"enum": ["NEW"]}})),
        );
        place
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn check(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        command.arg("check").args(arguments).current_dir(self.path()).output().unwrap()
    }
}

impl Place {
    fn git(&self, arguments: &[&str]) {
        let author = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"];
        let mut command = Command::new("git");
        let output = command.args(author).args(arguments).current_dir(self.path()).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    }

    /// A repository whose one commit, `released`, has what is here.
    fn released(self) -> Self {
        for arguments in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "x"], &["tag", "released"]] {
            self.git(arguments);
        }
        self
    }

    fn status(&self) -> String {
        let output =
            Command::new("git").args(["status", "--porcelain"]).current_dir(self.path()).output().unwrap();
        text(&output.stdout).to_owned()
    }
}

fn schema(properties: Value) -> String {
    let document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://tablecast.example/schemas/order.placed.v1.json",
        "type": "object", "properties": properties, "examples": [{"id": "1"}],
    });
    serde_json::to_string_pretty(&document).unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn nothing_wrong_ends_with_0_and_says_how_much_was_looked_at() {
    let output = Place::new(PIPE).check(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert_eq!(text(&output.stdout), "nothing wrong in 1 pipe, 1 schema, 1 example, 1 test\n");
}

#[test]
fn a_problem_ends_with_1_and_is_told_with_place_reason_rule_and_remedy() {
    let output = Place::new(&PIPE.replace("\"NEW\"", "\"OLD\"")).check(&[]);
    assert_eq!(output.status.code(), Some(1));
    let expected = r#"pipes/orders.yaml:5: events[0].data.status: is "OLD"; schemas/order.placed.v1.json allows "NEW"
    data-value: give one of the values that the schema allows
pipes/orders.yaml:7: tests[0]: fixtures/insert.json: is rejected: order.placed.v1/status: breaks the schema: value is not one of "NEW"
    test: correct the rule, the record, or what the test expects
2 problems in 1 pipe, 1 schema, 1 example, 1 test
"#;
    assert_eq!(text(&output.stdout), expected);
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn tools_get_one_object_of_json() {
    let output = Place::new(&PIPE.replace("item.id, s", "item, s")).check(&["--format", "json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), &told["ok"], told["problems"].as_array().unwrap().len()),
        (Some(1), &json!(false), 1)
    );
    assert_eq!(told["checked"], json!({"pipes": 1, "schemas": 1, "examples": 1, "tests": 1, "compared": 0}));
    assert_eq!(told["problems"][0]["rule"], "test");
    let members: Vec<&String> = told["problems"][0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["file", "line", "path", "reason", "remedy", "rule"]);
    let fine: Value = serde_json::from_slice(&Place::new(PIPE).check(&["--format", "json"]).stdout).unwrap();
    assert_eq!((&fine["ok"], &fine["problems"]), (&json!(true), &json!([])));
}

#[test]
fn what_cannot_be_looked_at_ends_with_2_and_is_no_success() {
    let place = Place::new(PIPE);
    fs::create_dir(place.path().join("empty")).unwrap();
    for (arguments, reason) in [
        (["--pipes", "nowhere"], "nowhere: "),
        (["--pipes", "empty"], "empty has no .yaml file; say with --pipes where they are"),
        (["--schemas", "empty"], "empty has no .json file; say with --schemas where they are"),
        (["--format", "xml"], "invalid value 'xml'"),
    ] {
        let output = place.check(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(text(&output.stdout), "");
        assert!(text(&output.stderr).contains(reason), "{}", text(&output.stderr));
    }
}

#[test]
fn a_change_that_breaks_readers_is_stopped_and_one_that_does_not_passes() {
    let place = Place::new(PIPE).released();
    place.write(
        "schemas/order.placed.v1.json",
        &schema(json!({"id": {"type": "string"}, "status": {"enum": ["NEW"]}, "note": {"type": "string"}})),
    );
    let fine = place.check(&["--against", "released"]);
    assert_eq!(fine.status.code(), Some(0), "{}", text(&fine.stdout));
    assert!(text(&fine.stdout).ends_with(", compared with 1 schema of before\n"), "{}", text(&fine.stdout));
    place.write(
        "schemas/order.placed.v1.json",
        &schema(json!({"id": {"type": "string"}, "status": {"enum": ["NEW", "OLD"]}})),
    );
    let before = place.status();
    let broken = place.check(&["--against", "released"]);
    assert_eq!(broken.status.code(), Some(1));
    let told = text(&broken.stdout);
    assert!(
        told.starts_with("schemas/order.placed.v1.json:14: /properties/status/enum: allows what it did not"),
        "{told}"
    );
    assert!(told.contains(": make it order.placed.v2\n    change-values: "), "{told}");
    assert_eq!((place.check(&[]).status.code(), place.status()), (Some(0), before));
}

#[test]
fn a_folder_does_as_well_as_a_revision_and_a_lost_file_is_a_lost_type() {
    let (before, now) = (Place::new(PIPE), Place::new(PIPE));
    before.write("schemas/order.lost.v1.json", &schema(json!({})).replace("placed", "lost"));
    let output = now.check(&["--against", before.path().to_str().unwrap(), "--format", "json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &told["checked"]["compared"]), (Some(1), &json!(2)));
    assert_eq!(told["problems"][0]["rule"], "change-type-removed");
}

#[test]
fn what_cannot_be_compared_ends_with_2() {
    let place = Place::new(PIPE).released();
    fs::create_dir(place.path().join("empty")).unwrap();
    for (revision, reason) in [
        ("nowhere", "nowhere is neither a folder nor a revision that git has"),
        ("--help", "a value is required for '--against"),
        ("empty", "empty/schemas: No such file"),
        (":/nothing", ":/nothing is neither a folder nor a revision"),
    ] {
        let output = place.check(&["--against", revision]);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""), "{revision}");
        assert!(text(&output.stderr).contains(reason), "{}", text(&output.stderr));
    }
    place.write("events/order.placed.v1.json", &schema(json!({"id": {}, "status": {}})));
    let moved = place.check(&["--against", "released", "--schemas", "events"]);
    assert!(text(&moved.stderr).contains("released has no schemas in events"), "{}", text(&moved.stderr));
    assert_eq!(moved.status.code(), Some(2));
    let option = place.check(&["--against=--output=x"]);
    assert_eq!((option.status.code(), place.path().join("x").exists()), (Some(2), false));
}
