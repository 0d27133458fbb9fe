use std::env;
use std::path::PathBuf;
use std::process::Command;

use super::architecture::Architecture;

/// The Rust compiler that Cargo calls.
#[derive(Debug)]
pub struct Toolchain {
    /// The folder of the standard library's sources.
    pub library: PathBuf,
    /// The compiler's name for this folder if it does not exist.
    pub library_name: String,
}

impl Toolchain {
    /// Fails if the standard library for this architecture is not installed.
    pub fn find(arch: Architecture) -> Result<Self, String> {
        let target = arch.target();
        let libraries = rustc(&["--print", "target-libdir", "--target", target])?;
        if !PathBuf::from(libraries).is_dir() {
            return Err(format!(
                "Rust's standard library for {target} is not installed: run `rustup target add {target}`"
            ));
        }
        let version = rustc(&["-vV"])?;
        let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown");
        Ok(Self {
            library: PathBuf::from(rustc(&["--print", "sysroot"])?).join("lib/rustlib/src/rust"),
            library_name: format!("/rustc/{commit}"),
        })
    }
}

fn rustc(arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let output = command.args(arguments).output().map_err(|error| format!("cannot run rustc: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(format!("rustc: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}
