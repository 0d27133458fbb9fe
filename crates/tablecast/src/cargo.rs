//! Cargo within Cargo.

use std::env;
use std::ffi::OsStr;
use std::process::Command;

/// What `cargo run` says of the running package would make ring's build script run again, and all that needs ring.
pub fn nested(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os().filter(|(name, _)| is_about_this_package(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
}

fn is_about_this_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}
