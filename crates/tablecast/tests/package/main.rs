//! `tablecast package` in a small workspace, with scripts in place of Python and the compiler.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod project;

use serde_json::Value;

use project::{PIPE, Project, pipe};

#[test]
fn every_function_becomes_a_zip_with_the_files_that_it_includes() {
    let project = Project::new();
    let output = project.package(&[]).unwrap();
    assert_eq!(project.names("connect"), ["bootstrap"]);
    assert_eq!(project.names("enrich"), ["bootstrap", "pipes/orders.yaml", "schemas/order.placed.v1.json"]);
    for function in ["connect", "enrich"] {
        let line =
            format!("{function:<12} {:>11}  {}", project.zip(function).len(), project.sha256(function));
        assert!(output.contains(&line), "{line}\n{output}");
    }
}

#[test]
fn the_same_files_give_the_same_zips_in_any_folder_and_at_any_time() {
    let (one, other) = (Project::new(), Project::new());
    one.package(&[]).unwrap();
    other.touch(PIPE);
    other.package(&["--out", "zips"]).unwrap();
    for function in ["connect", "enrich"] {
        assert_eq!(one.zip(function), other.read(&format!("zips/{function}.zip")), "{function}");
    }
}

#[test]
fn a_changed_pipe_file_changes_only_the_zips_that_include_it() {
    let project = Project::new();
    project.package(&[]).unwrap();
    let before = ["connect", "enrich"].map(|function| project.zip(function));
    project.write(PIPE, &pipe("others"));
    project.package(&[]).unwrap();
    assert_eq!(project.zip("connect"), before[0]);
    assert_ne!(project.zip("enrich"), before[1]);
}

#[test]
fn the_build_uses_pinned_tools_and_targets_the_glibc_of_lambda() {
    let project = Project::new();
    project.package(&[]).unwrap();
    let text = |path| String::from_utf8(project.read(path)).unwrap();
    assert!(
        text("pip-arguments").contains("cargo-zigbuild==") && text("pip-arguments").contains("ziglang==")
    );
    let arguments = "zigbuild --release --locked --target x86_64-unknown-linux-gnu.2.34 --package connect --package enrich";
    assert_eq!(text("build-arguments").trim(), arguments);
    let environment = text("build-environment");
    let remapped = format!("--remap-path-prefix={}=/workspace", project.root().display());
    assert!(environment.contains(&remapped), "{environment}");
    assert!(environment.contains("SOURCE_DATE_EPOCH=315532800\n"), "{environment}");
    assert!(!environment.contains("CARGO_PKG_"), "{environment}");
}

#[test]
fn a_missing_standard_library_is_an_error_before_tools_are_installed() {
    let project = Project::new();
    project.remove_the_standard_libraries();
    let error = project.package(&["--arch", "arm64"]).unwrap_err();
    assert!(
        error.contains("error: Rust's standard library for aarch64-unknown-linux-gnu is not installed"),
        "{error}"
    );
    assert!(error.contains("run `rustup target add aarch64-unknown-linux-gnu`"), "{error}");
    assert!(!project.root().join("target/tools").exists());
}

#[test]
fn binaries_that_cannot_run_on_lambda_are_refused() {
    let project = Project::new();
    project.write("program", "#!/bin/sh");
    let error = project.package(&[]).unwrap_err();
    assert!(error.contains("x86_64-unknown-linux-gnu/release/connect: not a Linux program"), "{error}");
    project.write("program-status", "7");
    let error = project.package(&[]).unwrap_err();
    assert!(error.contains("cannot build the functions: ") && error.contains("exit status: 7"), "{error}");
}

#[test]
fn a_failing_test_of_a_pipe_file_is_an_error_before_the_build() {
    let project = Project::new();
    let text = String::from_utf8(project.read(PIPE)).unwrap();
    project.write(PIPE, &format!("{text}tests: [{{ record: none.json, emits: [] }}]\n"));
    let error = project.package(&[]).unwrap_err();
    assert!(error.contains("nothing was built, because there are problems"), "{error}");
    assert!(error.contains("pipes/orders.yaml:4: tests[0]: none.json: No such file"), "{error}");
    assert!(!project.root().join("target/lambda").exists());
}

#[test]
fn a_pipe_file_with_the_wrong_extension_is_an_error_before_the_build() {
    let project = Project::new();
    project.write("pipes/users.yml", "");
    let error = project.package(&[]).unwrap_err();
    assert!(error.contains("pipes/users.yml: is not read"), "{error}");
}

#[test]
fn registry_json_has_the_schemas_for_the_schema_registry() {
    let project = Project::new();
    project.package(&[]).unwrap();
    let file = project.read("target/lambda/x86_64/registry.json");
    let entries: Value = serde_json::from_slice(&file).unwrap();
    let names: Vec<&String> = entries.as_object().unwrap().keys().collect();
    assert_eq!(names, ["tablecast.orders@order.placed.v1"]);
    let entry = &entries[names[0]];
    assert_eq!(entry["description"], "Order placed");
    let content: Value = serde_json::from_str(entry["content"].as_str().unwrap()).unwrap();
    assert_eq!(content["$schema"], "http://json-schema.org/draft-04/schema#");
    project.package(&[]).unwrap();
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
    let error = project.package(&[]).unwrap_err();
    assert!(
        error.contains("schemas/order.placed.v1.json:1: /unevaluatedItems: has no equivalent in draft 4"),
        "{error}"
    );
    assert!(!project.root().join("target/lambda").exists());
}
