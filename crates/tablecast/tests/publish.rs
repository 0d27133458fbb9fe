//! `tablecast publish` as a program: what it writes, and how it ends.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn publish(place: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
    command.arg("publish").args(arguments).current_dir(place).output().unwrap()
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
fn the_same_files_are_written_every_time_and_what_was_there_stays() {
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
fn the_address_and_the_bus_that_are_given_are_the_ones_to_be_copied() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let output = publish(PROJECT.as_ref(), &[path, "--socket", "wss://a.example/live", "--bus", "events"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let page = fs::read_to_string(folder.path().join("catalogue/index.html")).unwrap();
    assert!(
        page.contains("wss://a.example/live?subscribe=")
            && page.contains("event_bus_name = &quot;events&quot;")
    );
    assert!(!page.contains("cargo run"), "another issuer's tokens are not made here");
}

#[test]
fn nothing_is_published_of_files_in_which_something_is_wrong() {
    let place: TempDir = tempfile::tempdir().unwrap();
    for (file, content) in [
        (
            "pipes/orders.yaml",
            "table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v1, data: {} }]\n",
        ),
        ("schemas/order.placed.v1.json", "{}"),
    ] {
        fs::create_dir_all(place.path().join(file).parent().unwrap()).unwrap();
        fs::write(place.path().join(file), content).unwrap();
    }
    let output = publish(place.path(), &["site"]);
    assert_eq!((output.status.code(), place.path().join("site").exists()), (Some(1), false));
    let told = text(&output.stderr);
    assert!(told.starts_with("error: nothing is published") && told.contains("$schema must be"), "{told}");
    let nowhere = publish(place.path(), &["site", "--pipes", "nowhere"]);
    assert!(text(&nowhere.stderr).contains("say with --pipes where they are"));
    assert!(!publish(place.path(), &["site", "--socket", "https://a"]).status.success());
}
