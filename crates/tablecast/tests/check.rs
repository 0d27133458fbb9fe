//! `tablecast check` as a program: its output and its exit code.
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

/// A project with one pipe and one schema.
struct Project(TempDir);

impl Project {
    fn new(pipe: &str) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.write("pipes/orders.yaml", pipe);
        project.write("pipes/fixtures/insert.json", RECORD);
        project.write(
            "schemas/order.placed.v1.json",
            &schema(json!({"id": {"type": "string"}, "status": {"enum": ["NEW"]}})),
        );
        project
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

    fn git(&self, arguments: &[&str]) {
        let author = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"];
        let mut command = Command::new("git");
        let output = command.args(author).args(arguments).current_dir(self.path()).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    }

    /// Commits all files in a new repository, with the tag `released`.
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
fn no_problem_exits_with_0_and_prints_how_much_was_checked() {
    let output = Project::new(PIPE).check(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert_eq!(text(&output.stdout), "no problems in 1 pipe, 1 schema, 1 example, 1 test\n");
}

#[test]
fn a_problem_exits_with_1_and_has_location_reason_rule_and_remedy() {
    let output = Project::new(&PIPE.replace("\"NEW\"", "\"OLD\"")).check(&[]);
    assert_eq!(output.status.code(), Some(1));
    let expected = r#"pipes/orders.yaml:5: events[0].data.status: is "OLD", but schemas/order.placed.v1.json allows only "NEW"
    data-value: use a value that the schema allows
pipes/orders.yaml:7: tests[0]: fixtures/insert.json: is rejected: order.placed.v1/status: breaks the schema: value is not one of "NEW"
    test: correct the rule, the record, or the types that the test expects
2 problems in 1 pipe, 1 schema, 1 example, 1 test
"#;
    assert_eq!(text(&output.stdout), expected);
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn format_json_prints_one_object() {
    let output = Project::new(&PIPE.replace("item.id, s", "item, s")).check(&["--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), &report["ok"], report["problems"].as_array().unwrap().len()),
        (Some(1), &json!(false), 1)
    );
    assert_eq!(
        report["checked"],
        json!({"pipes": 1, "schemas": 1, "examples": 1, "tests": 1, "compared": 0})
    );
    assert_eq!(report["problems"][0]["rule"], "test");
    let members: Vec<&String> = report["problems"][0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["file", "line", "path", "reason", "remedy", "rule"]);
    let ok: Value = serde_json::from_slice(&Project::new(PIPE).check(&["--format", "json"]).stdout).unwrap();
    assert_eq!((&ok["ok"], &ok["problems"]), (&json!(true), &json!([])));
}

#[test]
fn unreadable_input_exits_with_2() {
    let project = Project::new(PIPE);
    fs::create_dir(project.path().join("empty")).unwrap();
    for (arguments, reason) in [
        (["--pipes", "nowhere"], "nowhere: cannot read: "),
        (["--pipes", "empty"], "empty: has no .yaml file; set the folder with --pipes"),
        (["--schemas", "empty"], "empty: has no .json file; set the folder with --schemas"),
        (["--format", "xml"], "invalid value 'xml'"),
    ] {
        let output = project.check(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(text(&output.stdout), "");
        assert!(text(&output.stderr).contains(reason), "{}", text(&output.stderr));
    }
}

#[test]
fn only_changes_that_break_readers_are_problems() {
    let project = Project::new(PIPE).released();
    project.write(
        "schemas/order.placed.v1.json",
        &schema(json!({"id": {"type": "string"}, "status": {"enum": ["NEW"]}, "note": {"type": "string"}})),
    );
    let compatible = project.check(&["--against", "released"]);
    assert_eq!(compatible.status.code(), Some(0), "{}", text(&compatible.stdout));
    assert!(
        text(&compatible.stdout).ends_with(", compared with 1 earlier schema\n"),
        "{}",
        text(&compatible.stdout)
    );
    project.write(
        "schemas/order.placed.v1.json",
        &schema(json!({"id": {"type": "string"}, "status": {"enum": ["NEW", "OLD"]}})),
    );
    let before = project.status();
    let broken = project.check(&["--against", "released"]);
    assert_eq!(broken.status.code(), Some(1));
    let output = text(&broken.stdout);
    assert!(
        output.starts_with(
            "schemas/order.placed.v1.json:14: /properties/status/enum: accepts values that old readers reject"
        ),
        "{output}"
    );
    assert!(output.contains("; create order.placed.v2\n    change-values: "), "{output}");
    assert_eq!((project.check(&[]).status.code(), project.status()), (Some(0), before));
}

#[test]
fn against_a_folder_a_missing_schema_is_a_removed_type() {
    let (before, now) = (Project::new(PIPE), Project::new(PIPE));
    before.write("schemas/order.lost.v1.json", &schema(json!({})).replace("placed", "lost"));
    let output = now.check(&["--against", before.path().to_str().unwrap(), "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &report["checked"]["compared"]), (Some(1), &json!(2)));
    assert_eq!(report["problems"][0]["rule"], "change-type-removed");
}

#[test]
fn an_unreadable_baseline_exits_with_2() {
    let project = Project::new(PIPE).released();
    fs::create_dir(project.path().join("empty")).unwrap();
    for (revision, reason) in [
        ("nowhere", "--against nowhere: is neither a folder nor a Git revision"),
        ("--help", "a value is required for '--against"),
        ("empty", "empty/schemas: No such file"),
        (":/nothing", "--against :/nothing: is neither a folder nor a Git revision"),
    ] {
        let output = project.check(&["--against", revision]);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""), "{revision}");
        assert!(text(&output.stderr).contains(reason), "{}", text(&output.stderr));
    }
    project.write("events/order.placed.v1.json", &schema(json!({"id": {}, "status": {}})));
    let moved = project.check(&["--against", "released", "--schemas", "events"]);
    assert!(
        text(&moved.stderr).contains("--against released: has no schemas in events"),
        "{}",
        text(&moved.stderr)
    );
    assert_eq!(moved.status.code(), Some(2));
    let option = project.check(&["--against=--output=x"]);
    assert_eq!((option.status.code(), project.path().join("x").exists()), (Some(2), false));
}
