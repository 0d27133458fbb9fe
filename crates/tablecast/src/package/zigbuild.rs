//! Runs Cargo with zig as the linker. It links against Lambda's C library, and not against this machine's.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::architecture::Architecture;
use super::archive::TIME;
use super::functions::FUNCTIONS;
use super::glibc::LAMBDA;
use super::remap;
use super::toolchain::Toolchain;
use super::workspace::Workspace;
use crate::cargo;

/// Packages from PyPI. Together with the Rust compiler, they determine every byte of the binaries.
const PINNED: [&str; 2] = ["cargo-zigbuild==0.24.0", "ziglang==0.17.1"];

/// Builds the functions, and this program if it is wanted. Returns the folder of the binaries.
pub fn build(workspace: &Workspace, arch: Architecture, program: bool) -> Result<PathBuf, Box<dyn Error>> {
    let toolchain = Toolchain::find(arch)?;
    let programs = install(&workspace.target.join("tools/zigbuild"))?;
    let flags = remap::compiler_flags(workspace, &toolchain);
    let functions = FUNCTIONS.map(|function| function.name);
    // Each build has the features of its own packages only: functions contain nothing of the local mode.
    for packages in [&functions[..]].into_iter().chain(program.then_some(&["tablecast"][..])) {
        let mut command = command(workspace, &programs, arch);
        command.args(packages.iter().flat_map(|package| ["--package", package]));
        command.env("CARGO_ENCODED_RUSTFLAGS", &flags);
        run(&mut command, "cannot build the functions")?;
    }
    Ok(workspace.target.join(arch.target()).join("release"))
}

fn command(workspace: &Workspace, programs: &Path, arch: Architecture) -> Command {
    let mut command = cargo::nested(programs.join("cargo-zigbuild"));
    command.current_dir(&workspace.root);
    command.args(["zigbuild", "--release", "--locked", "--target"]).arg(target(arch));
    // The value of C's `__TIME__`, which mimalloc's binary contains.
    command.env("SOURCE_DATE_EPOCH", TIME.to_string());
    command.env("CARGO_ZIGBUILD_ZIG_PATH", programs.join("python-zig"));
    keep_caches_in(&workspace.target.join("tools"), &mut command);
    command
}

/// Returns the target with the version of glibc, in the format of cargo-zigbuild.
fn target(arch: Architecture) -> String {
    let (major, minor) = LAMBDA;
    format!("{}.{major}.{minor}", arch.target())
}

fn keep_caches_in(tools: &Path, command: &mut Command) {
    command.env("CARGO_ZIGBUILD_CACHE_DIR", tools.join("zigbuild-cache"));
    for cache in ["ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"] {
        command.env(cache, tools.join("zig-cache"));
    }
}

/// Installs the tools, unless they are there, and returns the folder of their programs.
fn install(environment: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let programs = environment.join("bin");
    if !programs.join("pip").is_file() {
        let mut python = Command::new("python3");
        run(
            python.args(["-m", "venv"]).arg(environment),
            "cannot create a Python environment: install python3 with its module venv",
        )?;
    }
    let mut pip = Command::new(programs.join("pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(PINNED);
    run(&mut pip, "cannot install cargo-zigbuild from PyPI")?;
    Ok(programs)
}

/// Shows the program's own output.
fn run(command: &mut Command, failure: &str) -> Result<(), Box<dyn Error>> {
    let status = command.status().map_err(|error| format!("{failure}: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!(
            "{failure}: {} ended with {status}; see its output above",
            command.get_program().display()
        )
        .into()),
    }
}
