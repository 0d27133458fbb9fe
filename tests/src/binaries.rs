//! Builds the shipped binaries.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::project;

/// Builds `tablecast` and the functions once, and returns their folder.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = target_folder();
        build(&folder);
        folder
    })
}

/// Returns `target/<profile>`: the test runs as `target/<profile>/deps/<test>`.
fn target_folder() -> PathBuf {
    let test = env::current_exe().unwrap();
    test.parent().and_then(Path::parent).unwrap().to_owned()
}

fn build(folder: &Path) {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    command.current_dir(project()).args(["build", "--bins", "--quiet", "--profile", profile(folder)]);
    command.arg("--target-dir").arg(folder.parent().unwrap());
    // With Cargo's variables for this package, ring's build script and all its dependents would build again.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    let built = command.status().expect("cannot start cargo");
    assert!(built.success(), "cannot build the program and its functions: {built}");
}

/// Returns the profile of a target folder. Cargo names the folder after the profile, except for `dev`.
fn profile(folder: &Path) -> &str {
    match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(name) => name,
    }
}
