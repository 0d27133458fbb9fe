//! Runs Cargo inside `cargo run`.

use std::env;
use std::ffi::OsStr;
use std::process::Command;

/// Returns a command without the variables that `cargo run` sets for this package. With them, the build
/// script of ring runs again, and Cargo rebuilds every crate that depends on ring.
pub fn nested(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os().filter(|(name, _)| describes_package(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
}

fn describes_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}
