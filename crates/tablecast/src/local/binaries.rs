//! The function binaries lie beside this program; `cargo run` builds only the program, so it builds them.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

const FUNCTIONS: [&str; 5] = ["authorize", "connect", "disconnect", "enrich", "dispatch"];

/// The folder; the binaries in it are up to date when this is `cargo run`.
pub fn beside_this_program() -> Result<PathBuf, Box<dyn Error>> {
    let program = env::current_exe()?;
    let folder = program.parent().ok_or("this program is in no folder")?;
    if let Some(cargo) = cargo_that_runs_this() {
        build(&cargo, folder)?;
    }
    Ok(folder.to_owned())
}

/// Cargo tells what it runs which package it belongs to; a test of another package is not `cargo run`.
fn cargo_that_runs_this() -> Option<OsString> {
    let is_ours = env::var("CARGO_PKG_NAME").is_ok_and(|name| name == env!("CARGO_PKG_NAME"));
    env::var_os("CARGO").filter(|_| is_ours)
}

/// Cargo's own output is shown.
fn build(cargo: &OsString, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut command = Command::new(cargo);
    command.args(["build", "--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml")]);
    // By `--bin`, so that the whole workspace decides on features, as it did for this program: nothing is compiled twice.
    command.args(FUNCTIONS.iter().flat_map(|function| ["--bin", function]));
    command.args(["--profile", profile(folder)]);
    // What `cargo run` says of this package would make ring's build script run again, and all that needs ring.
    let told =
        env::vars_os().map(|(name, _)| name).filter(|name| is_about_this_package(&name.to_string_lossy()));
    told.for_each(|name| {
        command.env_remove(name);
    });
    command
        .args(folder.parent().into_iter().flat_map(|target| ["--target-dir".as_ref(), target.as_os_str()]));
    match command.status()? {
        status if status.success() => Ok(()),
        status => Err(format!("the functions could not be built: cargo ended with {status}").into()),
    }
}

fn is_about_this_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}

/// Cargo names a profile's folder after it, but for `dev`.
fn profile(folder: &Path) -> &str {
    match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(name) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_tells_the_profile() {
        assert_eq!(profile(Path::new("target/debug")), "dev");
        assert_eq!(profile(Path::new("target/release")), "release");
    }
}
