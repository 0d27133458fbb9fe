//! `tablecast check` as a program: its output and its exit code.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

const PIPE: &str = "table: orders
subject: '\"orders/\" + item.id'
grant: '\"orders/\" + claims.order'
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
    let expected = r#"pipes/orders.yaml:6: events[0].data.status: is "OLD", but schemas/order.placed.v1.json allows only "NEW"
    data-value: use a value that the schema allows
pipes/orders.yaml:8: tests[0]: fixtures/insert.json: is rejected: order.placed.v1/status: breaks the schema: value is not one of "NEW"
    test: correct the rule, the record, or the types that the test expects
2 problems in 1 pipe, 1 schema, 1 example, 1 test
"#;
    assert_eq!(text(&output.stdout), expected);
    assert_eq!(text(&output.stderr), "");
}

/// The page shows the output for this edit of the repository's own pipe file.
#[test]
fn the_output_of_the_reference_is_that_of_an_edit_with_two_problems() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let project = Project(tempfile::tempdir().unwrap());
    for folder in ["pipes", "schemas"] {
        let copied = Command::new("cp").arg("-R").arg(root.join(folder)).arg(project.path()).status();
        assert!(copied.unwrap().success());
    }
    let pipe = fs::read_to_string(project.path().join("pipes/orders.yaml")).unwrap();
    project.write("pipes/orders.yaml", &pipe.replacen("from: old.status", "from: '\"PAYED\"'", 1));
    let page = fs::read_to_string(root.join("docs/reference/check.md")).unwrap();
    let output = text(&project.check(&[]).stdout).to_owned();
    assert!(page.contains(&format!("```text\n{output}```")), "{output}");
    let json: Value = serde_json::from_slice(&project.check(&["--format", "json"]).stdout).unwrap();
    let counts = |name: &str| format!("\"{name}\": {}", json["checked"][name]);
    let checked = ["pipes", "schemas", "examples", "tests", "compared"].map(counts).join(", ");
    assert!(page.contains(&format!("\"checked\": {{ {checked} }}")), "{checked}");
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
fn a_warning_exits_with_0_and_is_printed() {
    let project = Project::new(&PIPE.replace("grant: '\"orders/\" + claims.order'\n", ""));
    let output = project.check(&[]);
    let expected = "warning: pipes/orders.yaml:2: subject: no `grant` matches its subject, so no client may subscribe to its events
    grant-missing: add a grant: docs/reference/pipe-file.md#grant; without one, only the bus gets the events
no problems, 1 warning in 1 pipe, 1 schema, 1 example, 1 test
";
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), expected));
    let report: Value = serde_json::from_slice(&project.check(&["--format", "json"]).stdout).unwrap();
    assert_eq!((&report["ok"], &report["warnings"][0]["rule"]), (&json!(true), &json!("grant-missing")));
}

#[test]
fn skipped_tests_are_counted_and_named() {
    let output = Project::new(&PIPE.replace("item.id,", "item.id.lower(),")).check(&[]);
    let output_text = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1));
    assert!(output_text.contains("pipes/orders.yaml:7: tests: 1 test did not run"), "{output_text}");
    assert!(
        output_text
            .ends_with("1 problem, 1 warning in 1 pipe, 1 schema, 1 example, 0 tests, 1 test skipped\n"),
        "{output_text}"
    );
}

#[test]
fn a_file_with_the_wrong_extension_is_named() {
    let project = Project::new(PIPE);
    project.write("pipes/users.yml", "");
    project.write("schemas/user.seen.v1.json", &schema(json!({})).replace("order.placed", "user.seen"));
    let output = project.check(&[]);
    let expected =
        "pipes/users.yml: is not read, because its name does not end with .yaml: rename it to users.yaml
    ignored-file: rename the file, or move it to another folder
1 problem in 1 pipe, 2 schemas, 2 examples, 1 test
";
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), expected));
    fs::remove_file(project.path().join("pipes/orders.yaml")).unwrap();
    let alone = project.check(&[]);
    let expected = "error: pipes: has no .yaml file; pipes/users.yml: is not read, because its name does not end with .yaml: rename it";
    assert!(text(&alone.stderr).starts_with(expected), "{}", text(&alone.stderr));
}

#[test]
fn a_file_that_cannot_be_read_hides_no_other_problem() {
    let project = Project::new(&PIPE.replace("item.id, s", "item, s"));
    fs::write(project.path().join("schemas/order.lost.v1.json"), b"{\"caf\xe9\": 1}").unwrap();
    std::os::unix::fs::symlink("nothing", project.path().join("pipes/lost.yaml")).unwrap();
    let output = project.check(&[]);
    let printed = text(&output.stdout);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), ""), "{printed}");
    let lines: Vec<&str> = printed.lines().filter(|line| !line.starts_with(' ')).collect();
    for (line, start) in lines.iter().zip([
        "pipes/lost.yaml: is a link to nothing: ",
        "schemas/order.lost.v1.json: is not UTF-8: ",
        "pipes/orders.yaml:8: tests[0]: ",
        "3 problems in 2 pipes, 2 schemas, ",
    ]) {
        assert!(line.starts_with(start), "{printed}");
    }
    let project = project.released();
    assert!(text(&project.check(&["--against", "released"]).stderr).contains("lost"));
}

#[test]
fn unreadable_input_exits_with_2_even_if_nobody_reads_stderr() {
    let project = Project::new(PIPE);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
    command.args(["check", "--pipes", "nowhere"]).current_dir(project.path()).stderr(writer);
    assert_eq!(command.status().unwrap().code(), Some(2));
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
fn against_a_folder_paths_can_be_absolute_or_relative() {
    let (before, now) = (Project::new(PIPE), Project::new(PIPE));
    before.write("schemas/order.lost.v1.json", &schema(json!({})).replace("placed", "lost"));
    let folder = before.path().to_str().unwrap();
    let absolute = |name: &str| now.path().join(name).display().to_string();
    let paths = [
        ("pipes".to_owned(), "schemas".to_owned()),
        ("./pipes".to_owned(), "./schemas/".to_owned()),
        (absolute("pipes"), absolute("schemas")),
        ("pipes".to_owned(), absolute("./schemas")),
        (absolute("schemas/../pipes"), "pipes/../schemas".to_owned()),
    ];
    for (pipes, schemas) in paths {
        let output = now.check(&["--against", folder, "--pipes", &pipes, "--schemas", &schemas]);
        assert_eq!(output.status.code(), Some(1), "{pipes} {schemas}: {}", text(&output.stderr));
        assert!(text(&output.stdout).contains("compared with 2 earlier schemas"), "{}", text(&output.stdout));
    }
    let nowhere = now.check(&["--against", folder, "--schemas", &absolute("events")]);
    assert_eq!(nowhere.status.code(), Some(2));
}

#[test]
fn a_renamed_pipe_file_is_a_problem_against_a_folder_and_a_revision() {
    let before = Project::new(PIPE);
    let now = Project::new(PIPE).released();
    fs::rename(now.path().join("pipes/orders.yaml"), now.path().join("pipes/purchases.yaml")).unwrap();
    for against in [before.path().to_str().unwrap(), "released"] {
        let output = now.check(&["--against", against]);
        let start =
            "pipes/purchases.yaml: table: the pipe of orders was orders.yaml and is purchases.yaml now.";
        assert!(text(&output.stdout).starts_with(start), "{}", text(&output.stdout));
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn a_state_that_is_gone_is_a_problem_of_a_change() {
    let now = Project::new(PIPE);
    let keys = "keys: { partition: { id: S } }\n";
    let with_state =
        PIPE.replace("events:", &format!("{keys}state: {{ type: order.placed.v2, data: {{}} }}\nevents:"));
    let before = Project::new(&with_state);
    let output = now.check(&["--against", before.path().to_str().unwrap()]);
    let printed = text(&output.stdout);
    assert!(printed.contains("state.type: was order.placed.v2 and is gone"), "{printed}");
    assert!(printed.contains("state-removed: restore it"), "{printed}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn another_log_than_before_is_reported_with_its_effect() {
    let now = Project::new(PIPE).released();
    now.write("pipes/orders.yaml", &format!("{PIPE}log: {{ keep: 1d, channel: 1 }}\n"));
    let output = now.check(&["--against", "released"]);
    let printed = text(&output.stdout);
    assert!(
        printed.contains("log.channel: was 2 (the default) and is 1 now. So events have other sources"),
        "{printed}"
    );
    assert!(
        printed.contains("warning: pipes/orders.yaml:") && printed.contains("log.keep: was 7d (the default)"),
        "{printed}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_revision_without_definitions_has_nothing_to_compare_with() {
    let project = Project(tempfile::tempdir().unwrap());
    project.write("README.md", "before the first definitions");
    let project = project.released();
    let first = Project::new(PIPE);
    for file in ["pipes/orders.yaml", "pipes/fixtures/insert.json", "schemas/order.placed.v1.json"] {
        project.write(file, &fs::read_to_string(first.path().join(file)).unwrap());
    }
    let output = project.check(&["--against", "released"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let note = "note: released has no definitions in pipes and schemas yet, so nothing is compared\n";
    assert_eq!(text(&output.stderr), note);
}

#[test]
fn a_hook_that_names_the_repository_compares_the_same_files() {
    let project = Project::new(PIPE).released();
    let linked = tempfile::tempdir().unwrap();
    let work_tree = linked.path().join("linked");
    project.git(&["worktree", "add", "-q", work_tree.to_str().unwrap(), "released"]);
    for (folder, git_dir) in [(project.path(), ".git"), (&work_tree, ".git/worktrees/linked")] {
        fs::write(folder.join("schemas/order.placed.v1.json"), schema(json!({"id": {"type": "string"}})))
            .unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        command.args(["check", "--against", "released"]).current_dir(folder);
        command
            .env("GIT_DIR", project.path().join(git_dir))
            .env("GIT_INDEX_FILE", "index")
            .env("GIT_PREFIX", "");
        let output = command.output().unwrap();
        let printed = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{git_dir}: {printed}{}", text(&output.stderr));
        assert!(printed.contains("change-property-removed"), "{printed}");
        assert!(printed.ends_with("compared with 1 earlier schema\n"), "{printed}");
    }
}

#[test]
fn folders_that_were_moved_cannot_be_compared() {
    for (pipes, schemas, moved) in [
        ("ev/pipes", "ev/schemas", "schemas/order.placed.v1.json"),
        ("ev/pipes", "schemas", "pipes/orders.yaml"),
    ] {
        let project = Project::new(PIPE).released();
        fs::create_dir(project.path().join("ev")).unwrap();
        for (from, to) in [("pipes", pipes), ("schemas", schemas)].into_iter().filter(|(from, to)| from != to)
        {
            fs::rename(project.path().join(from), project.path().join(to)).unwrap();
        }
        let output = project.check(&["--against", "released", "--pipes", pipes, "--schemas", schemas]);
        let error = text(&output.stderr);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""), "{error}");
        assert!(error.contains(&format!("--against released: has {moved}, and no files in ev/")), "{error}");
    }
}

#[test]
fn a_file_of_the_same_name_elsewhere_was_not_moved() {
    let project = Project(tempfile::tempdir().unwrap());
    project.write("examples/orders.yaml", PIPE);
    let project = project.released();
    let first = Project::new(PIPE);
    for file in ["pipes/orders.yaml", "pipes/fixtures/insert.json", "schemas/order.placed.v1.json"] {
        project.write(file, &fs::read_to_string(first.path().join(file)).unwrap());
    }
    let output = project.check(&["--against", "released"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn an_earlier_schema_that_is_a_link_is_compared() {
    let project = Project::new(PIPE);
    let file = project.path().join("schemas/order.placed.v1.json");
    project.write("shared/placed.json", &fs::read_to_string(&file).unwrap());
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("../shared/placed.json", &file).unwrap();
    let project = project.released();
    project.write("shared/placed.json", &schema(json!({"id": {"type": "string"}})));
    let output = project.check(&["--against", "released"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("change-property-removed"), "{}", text(&output.stdout));
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/nowhere/placed.json", &file).unwrap();
    for arguments in [&["add", "."][..], &["commit", "-qm", "x"], &["tag", "broken"]] {
        project.git(arguments);
    }
    fs::remove_file(&file).unwrap();
    project.write("schemas/order.placed.v1.json", &schema(json!({"id": {"type": "string"}})));
    let output = project.check(&["--against", "broken"]);
    let expected = "--against broken: schemas/order.placed.v1.json at broken: is a link to a file that the commit does not have";
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
}

#[test]
fn an_earlier_pipe_file_that_cannot_be_read_is_no_comparison() {
    for (before, code) in [("table: [", Some(2)), ("tabel: orders\n", Some(2)), ("", Some(2))] {
        let project = Project::new(before).released();
        project.write("pipes/orders.yaml", PIPE);
        let output = project.check(&["--against", "released"]);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), code, "{before}: {error}");
        assert!(error.contains("--against released: pipes/orders.yaml at released: "), "{error}");
    }
    // A mistake that a change corrects can be compared.
    let tagged = PIPE.replace("    data:", "    when: !has(item.x)\n    data:");
    let project = Project::new(&format!("{tagged}log: {{ channel: 1 }}\n")).released();
    project.write("pipes/orders.yaml", PIPE);
    let output = project.check(&["--against", "released"]);
    assert!(text(&output.stdout).contains("log-channel-changed"), "{}", text(&output.stderr));
}

#[test]
fn an_earlier_schema_that_is_no_json_is_named_as_the_earlier_one() {
    let project = Project::new(PIPE);
    let now = fs::read_to_string(project.path().join("schemas/order.placed.v1.json")).unwrap();
    project.write("schemas/order.placed.v1.json", "{");
    let project = project.released();
    project.write("schemas/order.placed.v1.json", &now);
    let output = project.check(&["--against", "released"]);
    let start = "schemas/order.placed.v1.json: the earlier version is not valid JSON: ";
    assert!(text(&output.stdout).starts_with(start), "{}", text(&output.stdout));
}

#[test]
fn hidden_files_and_folders_of_a_revision_are_not_compared() {
    let project = Project::new(PIPE);
    project.write("schemas/._x.json", "no schema");
    project.write("schemas/old.json/x.json", "no schema");
    let output = project.released().check(&["--against", "released"]);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
    assert!(text(&output.stdout).ends_with("compared with 1 earlier schema\n"), "{}", text(&output.stdout));
}

#[test]
fn a_check_in_a_subfolder_names_the_folder_of_the_definitions() {
    let project = Project::new(PIPE);
    let (web, root) = (project.path().join("web"), project.path().canonicalize().unwrap());
    fs::create_dir(&web).unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_tablecast")).arg("check").current_dir(web).output().unwrap();
    let remedy = format!("; run this in {}, or set the folder with --pipes", root.display());
    assert!(text(&output.stderr).contains(&remedy), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(2));
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

#[test]
fn reads_shows_which_rules_emit_events_of_items_that_are_read() {
    let rule =
        |when: &str| format!("  - type: order.placed.v1\n    when: {when}\n    data: {{ id: item.id }}\n");
    let rules =
        [r#"operation == "INSERT""#, r#"operation != "REMOVE""#, "item.id == \"1\""].map(rule).concat();
    let project = Project::new(&PIPE.replace("events:\n", &format!("events:\n{rules}")));
    let output = project.check(&["--reads"]);
    let shown = text(&output.stdout);
    let place = "pipes/orders.yaml: events";
    for expected in [
        format!("{place}[0]: order.placed.v1 does not emit READ\n"),
        format!("{place}[1]: order.placed.v1 emits READ\n"),
        format!("{place}[2]: order.placed.v1 emits READ for some items\n"),
        format!("{place}[3]: order.placed.v1 emits READ\n"),
    ] {
        assert!(shown.contains(&expected), "{expected}{shown}");
    }
    assert!(!text(&project.check(&[]).stdout).contains("READ"));
    let report: Value = serde_json::from_slice(&project.check(&["--format", "json"]).stdout).unwrap();
    let emits: Vec<_> = report["reads"].as_array().unwrap().iter().map(|rule| &rule["emits"]).collect();
    assert_eq!(emits, ["never", "always", "depends", "always"]);
}
