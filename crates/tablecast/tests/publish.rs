//! `tablecast publish` as a program: the files that it writes, and its exit code.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn publish(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
    command.arg("publish").args(arguments).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    _ = files.insert(
                        path.strip_prefix(folder).unwrap().display().to_string(),
                        fs::read(&path).unwrap(),
                    )
                }
            }
        }
    }
    files
}

#[test]
fn publish_writes_the_same_files_every_time_and_deletes_nothing() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(other.path().join("notes.txt"), "mine").unwrap();
    for folder in [&one, &other, &other] {
        let output = publish(PROJECT.as_ref(), &[folder.path().to_str().unwrap()]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stdout).lines().any(|line| line.ends_with("/catalogue/index.html")));
    }
    let mut written = files(other.path());
    assert_eq!(written.remove("notes.txt").unwrap(), b"mine");
    assert_eq!(files(one.path()), written);
    assert!(written.contains_key("asyncapi.json") && written.contains_key("schemas/order.placed.v1.json"));
}

#[test]
fn the_catalogue_shows_the_given_socket_and_bus() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let output = publish(PROJECT.as_ref(), &[path, "--socket", "wss://a.example/live", "--bus", "events"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let page = fs::read_to_string(folder.path().join("catalogue/index.html")).unwrap();
    assert!(
        page.contains("wss://a.example/live?subscribe=")
            && page.contains("event_bus_name = &quot;events&quot;")
    );
    assert!(!page.contains("cargo run"), "`tablecast token` does not create tokens of another issuer");
}

#[test]
fn publish_writes_nothing_if_there_is_a_problem() {
    let project: TempDir = tempfile::tempdir().unwrap();
    for (file, content) in [
        (
            "pipes/orders.yaml",
            "table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v1, data: {} }]\n",
        ),
        ("schemas/order.placed.v1.json", "{}"),
    ] {
        fs::create_dir_all(project.path().join(file).parent().unwrap()).unwrap();
        fs::write(project.path().join(file), content).unwrap();
    }
    let output = publish(project.path(), &["site"]);
    assert_eq!((output.status.code(), project.path().join("site").exists()), (Some(1), false));
    let errors = text(&output.stderr);
    assert!(
        errors.starts_with("error: nothing was written") && errors.contains("$schema must be"),
        "{errors}"
    );
    let nowhere = publish(project.path(), &["site", "--pipes", "nowhere"]);
    assert!(text(&nowhere.stderr).contains("set the folder with --pipes"));
    assert!(!publish(project.path(), &["site", "--socket", "https://a"]).status.success());
}

#[test]
fn a_closed_stdout_is_no_error_and_all_files_are_written() {
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
    command
        .arg("publish")
        .arg(folder.path())
        .current_dir(PROJECT)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    let other = tempfile::tempdir().unwrap();
    publish(PROJECT.as_ref(), &[other.path().to_str().unwrap()]);
    assert_eq!(files(folder.path()), files(other.path()));
}

#[test]
fn every_command_that_prints_ends_quietly_when_nobody_reads() {
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    for arguments in [&["check"][..], &["check", "--format", "json"], &["token", "--data", data]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        command.args(arguments).current_dir(PROJECT).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let errors = text(&output.stderr);
        assert!(output.status.success() && !errors.contains("panick"), "{arguments:?}: {errors}");
    }
}
