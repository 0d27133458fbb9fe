//! docs/concepts/architecture.md lists the folders of the repository.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Folders whose folders have a row each. The suites of `tests` are one row.
const PARTS: [&str; 3] = ["crates", "clients", "tests"];

/// The first folders of the path of a file in Git: `docs`, or `crates/cost`.
fn folder(path: &str) -> Option<String> {
    let parts: Vec<_> = path.split('/').collect();
    let count = if PARTS.contains(&parts[0]) && parts.len() > 2 { 2 } else { 1 };
    let folder = (parts.len() > 1).then(|| parts[..count].join("/"))?;
    let is_listed = !PARTS[..2].contains(&folder.as_str()) && !folder.starts_with(".github");
    (is_listed && !["tests/src", "tests/tests"].contains(&folder.as_str())).then_some(folder)
}

#[test]
fn the_architecture_lists_every_folder() {
    let output = Command::new("git").args(["-C", ROOT, "ls-files"]).output().unwrap();
    let folders: BTreeSet<_> = String::from_utf8(output.stdout).unwrap().lines().filter_map(folder).collect();
    let page = fs::read_to_string(format!("{ROOT}/docs/concepts/architecture.md")).unwrap();
    let missing: Vec<_> = folders.iter().filter(|it| !page.contains(&format!("(../../{it}/)"))).collect();
    assert_eq!(missing, Vec::<&String>::new());
    assert!(folders.contains("clients/python") && folders.contains("examples"), "{folders:?}");
}
