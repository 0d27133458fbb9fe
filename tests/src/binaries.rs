use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::project;

/// The folder of `tablecast` and the functions, which are built first: fresh ones cost nothing.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = beside_the_tests();
        build(&folder);
        folder
    })
}

/// This runs as `target/<profile>/deps/<test>`.
fn beside_the_tests() -> PathBuf {
    let test = env::current_exe().unwrap();
    test.parent().and_then(Path::parent).unwrap().to_owned()
}

fn build(folder: &Path) {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    command.current_dir(project()).args(["build", "--bins", "--quiet", "--profile", profile(folder)]);
    command.arg("--target-dir").arg(folder.parent().unwrap());
    // What Cargo says of this package would make ring's build script run again, and all that needs ring.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    let built = command.status().expect("cargo can be started");
    assert!(built.success(), "the program and its functions could not be built: {built}");
}

/// Cargo names a profile's folder after it, but for `dev`.
fn profile(folder: &Path) -> &str {
    match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(name) => name,
    }
}
