//! The function binaries that go into the zips: prebuilt ones, or compiled from source.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use super::architecture::Architecture;
use super::functions::FUNCTIONS;
use super::workspace::Workspace;
use super::{Arguments, glibc, machine, zigbuild};
use crate::installation;

/// Returns the folder that the arguments name, that of this release, or that of a new build.
pub fn folder(arguments: &Arguments) -> Result<PathBuf, Box<dyn Error>> {
    match &arguments.binaries {
        _ if arguments.source => zigbuild::build(&Workspace::read()?, arguments.arch, arguments.program),
        Some(folder) => Ok(folder.clone()),
        None => Ok(installed(installation::functions(), arguments.arch)?),
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
pub fn check_complete(folder: &Path) -> Result<(), String> {
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

/// Reads a binary. Refuses one that Lambda cannot run on this architecture.
pub fn read(path: &Path, arguments: &Arguments) -> Result<Vec<u8>, String> {
    let within = |reason: String| format!("{}: {reason}", path.display());
    let binary = fs::read(path).map_err(|error| within(error.to_string()))?;
    machine::check(&binary, arguments.arch).map_err(within)?;
    if !arguments.any_glibc {
        glibc::check(&binary).map_err(within)?;
    }
    Ok(binary)
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
