//! Builds every function for AWS Lambda and writes a zip of each. The same commit gives the same bytes.
//!
//! # Layout
//! - `architecture`: the processor architectures of Lambda
//! - `workspace`: the functions, and the files that each one includes
//! - `zigbuild`, `toolchain`, `remap`: compile the functions
//! - `glibc`: checks which glibc a binary needs
//! - `archive`, `included`: the content of a zip
//! - `registry`: the schemas for EventBridge's schema registry
//! - `listing`: the printed sizes and hashes

mod architecture;
mod archive;
mod glibc;
mod included;
mod listing;
mod registry;
mod remap;
mod toolchain;
mod workspace;
mod zigbuild;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use tablecast_definitions::problem;

use crate::definitions::{DefinitionFolders, Definitions};
use architecture::Architecture;
use archive::Archive;
use listing::Listing;
use workspace::{Function, Workspace};

/// Build the functions for AWS Lambda
///
/// Checks the pipe files and schemas first, and builds nothing if there is a problem. Writes a zip of each
/// function, and registry.json for Terraform.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Processor architecture of the functions
    #[arg(long, value_enum, default_value_t)]
    arch: Architecture,
    /// Folder of the zips (default: target/lambda/<ARCH>)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Folder with pipes/ and schemas/ (default: the project)
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let workspace = Workspace::read()?;
    let from = arguments.from.as_ref().unwrap_or(&workspace.root);
    let registry = registry::content(&checked(from)?)?;
    let binaries = zigbuild::build(&workspace, arguments.arch)?;
    let out = out(arguments, &workspace);
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let mut listing = Listing::default();
    for function in &workspace.functions {
        let zip = zip(function, &binaries, from)?;
        write(&out.join(format!("{}.zip", function.name)), &zip)?;
        listing.add(&function.name, &zip);
    }
    write(&out.join("registry.json"), registry.as_bytes())?;
    Ok(crate::output::text(&format!("{listing}in {}\n", out.display()))?)
}

/// Reads the definitions, and checks them as `tablecast check` does.
fn checked(from: &Path) -> Result<Definitions, Box<dyn Error>> {
    let folders = DefinitionFolders { pipes: from.join("pipes"), schemas: from.join("schemas") };
    let definitions = folders.read()?;
    let report = definitions.check();
    report.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    match report.problems.is_empty() {
        true => Ok(definitions),
        false => Err(format!(
            "nothing was built, because there are problems; `tablecast check` explains each one\n{}",
            problem::lines(&report.problems)
        )
        .into()),
    }
}

fn out(arguments: &Arguments, workspace: &Workspace) -> PathBuf {
    let default = || workspace.target.join("lambda").join(arguments.arch.to_string());
    arguments.out.clone().unwrap_or_else(default)
}

fn zip(function: &Function, binaries: &Path, from: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let path = binaries.join(&function.name);
    let binary = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    glibc::check(&binary).map_err(|reason| format!("{}: {reason}", path.display()))?;
    let mut archive = Archive::default();
    archive.add_program("bootstrap", binary);
    for pattern in &function.include {
        let files = included::files(from, pattern);
        for file in files.map_err(|reason| format!("{}/Cargo.toml: include: {reason}", function.name))? {
            archive.add(file.name, file.content);
        }
    }
    Ok(archive.zip()?)
}

fn write(path: &Path, content: &[u8]) -> Result<(), String> {
    fs::write(path, content).map_err(|error| format!("{}: {error}", path.display()))
}
