//! Finds the function binaries: those of a release, or those beside this program in a target folder. `cargo run`
//! builds only this program, so it builds the functions itself.

use std::env;
use std::env::consts::ARCH;
use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::package::FUNCTIONS;
use crate::{cargo, installation};

/// Returns the folder of the binaries. Under `cargo run`, they are up to date.
pub fn folder() -> Result<PathBuf, Box<dyn Error>> {
    let program = env::current_exe()?;
    let beside = program.parent().ok_or("cannot find the folder of this program: set --functions")?;
    if let Some(cargo) = cargo_that_runs_this() {
        build(&cargo, beside)?;
        return Ok(beside.to_owned());
    }
    Ok(installation::functions()
        .map_or_else(|| beside.to_owned(), |functions| functions.join(architecture())))
}

/// Lambda's name of this machine's processor architecture.
fn architecture() -> &'static str {
    if ARCH == "aarch64" { "arm64" } else { ARCH }
}

/// Cargo sets the name of the package that it runs. Under a test of another package, this is not `cargo run`.
fn cargo_that_runs_this() -> Option<OsString> {
    let is_this_package = env::var("CARGO_PKG_NAME").is_ok_and(|name| name == env!("CARGO_PKG_NAME"));
    env::var_os("CARGO").filter(|_| is_this_package)
}

/// Shows Cargo's own output.
fn build(cargo: &OsString, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut command = cargo::nested(cargo);
    command.args(["build", "--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml")]);
    // With `--bin`, Cargo enables the features that the whole workspace needs, as for this program. So it
    // compiles no dependency twice.
    command.args(FUNCTIONS.iter().flat_map(|function| ["--bin", function.name]));
    command.args(["--profile", profile(folder)]);
    command
        .args(folder.parent().into_iter().flat_map(|target| ["--target-dir".as_ref(), target.as_os_str()]));
    match command.status()? {
        status if status.success() => Ok(()),
        status => {
            Err(format!("cannot build the functions: cargo ended with {status}; see its output above").into())
        }
    }
}

/// Each profile has a folder with its name, but `dev` has `debug`.
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
    fn the_folder_name_gives_the_profile() {
        assert_eq!(profile(Path::new("target/debug")), "dev");
        assert_eq!(profile(Path::new("target/release")), "release");
    }
}
