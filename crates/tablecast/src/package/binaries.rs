//! The function binaries that go into the zips: prebuilt ones, or compiled from source.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::architecture::Architecture;
use super::functions::FUNCTIONS;
use super::workspace::Workspace;
use super::{glibc, machine, zigbuild};
use crate::installation;

/// For which processor they are, and where they come from.
#[derive(Debug, Args)]
pub struct Binaries {
    /// Processor architecture of the functions
    #[arg(long, value_enum, default_value_t)]
    pub arch: Architecture,
    /// Folder of the function binaries (default: those of this release)
    #[arg(long, value_name = "DIR", conflicts_with = "source")]
    binaries: Option<PathBuf>,
    /// Compile the functions first, in tablecast's repository
    #[arg(long)]
    source: bool,
    /// Compile this program too, for a release
    #[arg(long, hide = true, requires = "source")]
    program: bool,
    /// Accept binaries that need a newer glibc than Lambda has, for an emulator on this machine
    #[arg(long, hide = true)]
    any_glibc: bool,
}

impl Binaries {
    /// Returns a folder with the binaries of all functions.
    pub fn folder(&self) -> Result<PathBuf, Box<dyn Error>> {
        let folder = match &self.binaries {
            _ if self.source => zigbuild::build(&Workspace::read()?, self.arch, self.program)?,
            Some(folder) => folder.clone(),
            None => installed(installation::functions(), self.arch)?,
        };
        check_complete(&folder)?;
        Ok(folder)
    }

    /// Reads a binary. Refuses one that Lambda cannot run on this architecture.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        let within = |reason: String| format!("{}: {reason}", path.display());
        let binary = fs::read(path).map_err(|error| within(error.to_string()))?;
        machine::check(&binary, self.arch).map_err(within)?;
        if !self.any_glibc {
            glibc::check(&binary).map_err(within)?;
        }
        Ok(binary)
    }
}

/// Returns the folder for this architecture in the functions of a release.
fn installed(functions: Option<PathBuf>, arch: Architecture) -> Result<PathBuf, String> {
    const REMEDY: &str =
        "name a folder with --binaries, or compile them with --source in tablecast's repository";
    let functions = functions.ok_or_else(|| {
        format!("this program has no function binaries beside it: use the program of a release, {REMEDY}")
    })?;
    let folder = functions.join(arch.to_string());
    match folder.is_dir() {
        true => Ok(folder),
        false => Err(format!(
            "{}: this release has no function binaries for {arch}: choose another --arch, {REMEDY}",
            folder.display()
        )),
    }
}

/// Refuses a folder in which a function is missing.
fn check_complete(folder: &Path) -> Result<(), String> {
    let names = FUNCTIONS.iter().map(|function| function.name);
    let missing: Vec<_> = names.filter(|name| !folder.join(name).is_file()).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{}: has no binary of {}; name a folder with all functions with --binaries",
            folder.display(),
            missing.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_without_the_architecture_is_refused() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("x86_64")).unwrap();
        let installed = |arch| installed(Some(root.path().to_owned()), arch);
        assert_eq!(installed(Architecture::X86_64), Ok(root.path().join("x86_64")));
        let error = installed(Architecture::Arm64).unwrap_err();
        assert!(error.contains("arm64: this release has no function binaries for arm64: choose"), "{error}");
    }

    #[test]
    fn a_program_without_functions_beside_it_names_the_other_ways() {
        let error = installed(None, Architecture::X86_64).unwrap_err();
        assert!(error.contains("--binaries") && error.contains("--source"), "{error}");
    }
}
