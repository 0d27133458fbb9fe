//! Cargo with zig as the linker: it links against the C library of Lambda's system, whatever this machine's is.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::architecture::Architecture;
use super::archive::TIME;
use super::glibc::LAMBDA;
use super::paths;
use super::toolchain::Toolchain;
use super::workspace::Workspace;
use crate::cargo;

/// From PyPI. With the Rust compiler they decide on every byte.
const PINNED: [&str; 2] = ["cargo-zigbuild==0.24.0", "ziglang==0.17.1"];

/// Answers the folder of the binaries.
pub fn build(workspace: &Workspace, arch: Architecture) -> Result<PathBuf, Box<dyn Error>> {
    let toolchain = Toolchain::find(arch)?;
    let tools = workspace.target.join("tools");
    let programs = install(&tools.join("zigbuild"))?;
    let mut command = cargo::nested(programs.join("cargo-zigbuild"));
    command.current_dir(&workspace.root);
    command.args(["zigbuild", "--release", "--locked", "--target"]).arg(target(arch));
    // By package, so that what only the local mode needs of a dependency is not in the functions.
    command.args(workspace.functions.iter().flat_map(|function| ["--package", &function.name]));
    command.env("CARGO_ENCODED_RUSTFLAGS", paths::compiler_flags(workspace, &toolchain));
    // What C calls `__TIME__`: mimalloc has it in its program text.
    command.env("SOURCE_DATE_EPOCH", TIME.to_string());
    command.env("CARGO_ZIGBUILD_ZIG_PATH", programs.join("python-zig"));
    keep_caches_in(&tools, &mut command);
    run(&mut command, "the functions could not be built")?;
    Ok(workspace.target.join(arch.target()).join("release"))
}

/// With the version of glibc, as cargo-zigbuild reads it.
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

/// Answers the folder of the programs. Where they are already, nothing is fetched.
fn install(environment: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let programs = environment.join("bin");
    if !programs.join("pip").is_file() {
        let mut python = Command::new("python3");
        run(python.args(["-m", "venv"]).arg(environment), "python3 is needed, with its module venv")?;
    }
    let mut pip = Command::new(programs.join("pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(PINNED);
    run(&mut pip, "cargo-zigbuild could not be installed from PyPI")?;
    Ok(programs)
}

/// Its own output is shown.
fn run(command: &mut Command, failure: &str) -> Result<(), Box<dyn Error>> {
    let status = command.status().map_err(|error| format!("{failure}: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{failure}: {} ended with {status}", command.get_program().display()).into()),
    }
}
