use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::project::{PIPE, Project, X86_64};

/// Without Cargo and without functions beside it, the program would fail in another way if it began with them.
fn problems(project: &Project) -> String {
    let error = project.package(&[]).unwrap_err();
    assert!(!project.root().join("target/lambda").exists());
    error
}

#[test]
fn a_failing_test_of_a_pipe_file_is_an_error_before_the_build() {
    let project = Project::new();
    let text = String::from_utf8(project.read(PIPE)).unwrap();
    project.write(PIPE, &format!("{text}tests: [{{ record: none.json, emits: [] }}]\n"));
    let error = problems(&project);
    assert!(error.contains("nothing was packaged, because there are problems"), "{error}");
    assert!(error.contains("pipes/orders.yaml:4: tests[0]: none.json: No such file"), "{error}");
}

#[test]
fn a_pipe_file_with_the_wrong_extension_is_an_error_before_the_build() {
    let project = Project::new();
    project.write("pipes/users.yml", "");
    let error = problems(&project);
    assert!(error.contains("pipes/users.yml: is not read"), "{error}");
}

#[test]
fn a_folder_without_definitions_is_an_error_with_the_option() {
    let project = Project::new();
    let error = project.package(&["--from", "functions"]).unwrap_err();
    assert!(error.contains("functions/pipes: no such folder; name the folder with pipes/"), "{error}");
}

#[test]
fn the_default_folder_of_the_zips_is_below_the_definitions() {
    let project = Project::new();
    project.write_binaries("built", X86_64);
    for file in [PIPE, "schemas/order.placed.v1.json"] {
        project.write(&format!("events/{file}"), &String::from_utf8(project.read(file)).unwrap());
    }
    project.package(&["--from", "events", "--binaries", "built"]).unwrap();
    assert!(project.root().join("events/target/lambda/x86_64/enrich.zip").exists());
    assert!(!project.root().join("target/lambda").exists());
}

#[test]
fn a_warning_to_a_full_disk_does_not_end_the_command() {
    let project = Project::new();
    project.write_binaries("built", X86_64);
    project.write("pipes/notes.toml", "");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
    command.args(["package", "--binaries", "built"]).current_dir(project.root());
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    assert_eq!(command.stderr(full).status().unwrap().code(), Some(0));
}

#[test]
fn registry_json_has_the_schemas_for_the_schema_registry() {
    let project = Project::new();
    project.write_binaries("built", X86_64);
    project.package(&["--binaries", "built"]).unwrap();
    let file = project.read("target/lambda/x86_64/registry.json");
    let entries: Value = serde_json::from_slice(&file).unwrap();
    let names: Vec<&String> = entries.as_object().unwrap().keys().collect();
    assert_eq!(names, ["tablecast.orders@order.placed.v1"]);
    let entry = &entries[names[0]];
    assert_eq!(entry["description"], "Order placed");
    let content: Value = serde_json::from_str(entry["content"].as_str().unwrap()).unwrap();
    assert_eq!(content["$schema"], "http://json-schema.org/draft-04/schema#");
    project.package(&["--binaries", "built"]).unwrap();
    assert_eq!(project.read("target/lambda/x86_64/registry.json"), file);
}

#[test]
fn a_schema_that_the_registry_cannot_express_is_an_error_before_the_build() {
    let project = Project::new();
    let schema = String::from_utf8(project.read("schemas/order.placed.v1.json")).unwrap();
    project.write(
        "schemas/order.placed.v1.json",
        &schema.replace("\"title\"", "\"unevaluatedItems\": {}, \"title\""),
    );
    let error = problems(&project);
    assert!(
        error.contains("schemas/order.placed.v1.json:1: /unevaluatedItems: has no equivalent in draft 4"),
        "{error}"
    );
}
