//! Starts the deployed binary with wrong configurations. It must exit with an error.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;

/// Returns what the binary prints before it exits.
fn start_error(names: &str) -> String {
    let project = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_enrich"));
    command.env_clear().current_dir(project).env("TABLE_NAMES", names);
    let output = command.output().unwrap();
    assert!(!output.status.success(), "enrich starts with TABLE_NAMES={names}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn wrong_table_names_are_printed_and_the_function_exits() {
    for (names, expected) in [
        ("prod-", "is not a JSON object of table names"),
        (r#"{"orders":"profiles"}"#, "would both read the table profiles"),
    ] {
        let error = start_error(names);
        assert!(error.contains("TABLE_NAMES") && error.contains(expected), "{names}: {error}");
    }
}
