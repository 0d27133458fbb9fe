//! Writes a zip of each function for AWS Lambda. The same binaries and definitions give the same bytes.
//!
//! # Layout
//! - `functions`: the functions, and the files that each one includes
//! - `architecture`: the processor architectures of Lambda
//! - `binaries`: prebuilt binaries, or compiled ones
//! - `machine`, `glibc`: check whether Lambda can run a binary
//! - `workspace`, `zigbuild`, `toolchain`, `remap`: compile the functions
//! - `archive`, `included`: the content of a zip
//! - `registry`: the schemas for EventBridge's schema registry
//! - `listing`: the printed sizes and hashes

mod architecture;
mod archive;
mod binaries;
mod functions;
mod glibc;
mod included;
mod listing;
mod machine;
mod registry;
mod remap;
mod toolchain;
mod workspace;
mod zigbuild;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;
use tablecast_definitions::problem;

use crate::definitions::{DefinitionFolders, Definitions};
use architecture::Architecture;
use archive::Archive;
use functions::{FUNCTIONS, Function};
use listing::Listing;

/// Package the functions for AWS Lambda
///
/// Checks the pipe files and schemas first, and writes nothing if there is a problem. Writes a zip of each
/// function with the definitions that it reads, and registry.json for Terraform. It compiles nothing unless you
/// ask for --source.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Processor architecture of the functions
    #[arg(long, value_enum, default_value_t)]
    arch: Architecture,
    /// Folder of the zips (default: target/lambda/<ARCH>)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Folder with pipes/ and schemas/
    #[arg(long, value_name = "DIR", default_value = ".")]
    from: PathBuf,
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

pub fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let registry = registry::content(&checked(&arguments.from)?)?;
    let binaries = binaries::folder(arguments)?;
    binaries::check_complete(&binaries)?;
    let zips = zips(arguments, &binaries)?;
    let out = out(arguments);
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let mut listing = Listing::default();
    for (function, zip) in FUNCTIONS.iter().zip(zips) {
        write(&out.join(format!("{}.zip", function.name)), &zip)?;
        listing.add(function.name, &zip);
    }
    write(&out.join("registry.json"), registry.as_bytes())?;
    Ok(crate::output::text(&format!("{listing}in {}\n", out.display()))?)
}

/// Reads the definitions, and checks them as `tablecast check` does.
fn checked(from: &Path) -> Result<Definitions, Box<dyn Error>> {
    let folders = DefinitionFolders { pipes: from.join("pipes"), schemas: from.join("schemas") };
    if let Some(missing) = [&folders.pipes, &folders.schemas].into_iter().find(|folder| !folder.is_dir()) {
        let missing = missing.display();
        return Err(format!(
            "{missing}: no such folder; name the folder with pipes/ and schemas/ with --from"
        )
        .into());
    }
    let definitions = folders.read()?;
    let report = definitions.check();
    report.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    match report.problems.is_empty() {
        true => Ok(definitions),
        false => Err(format!(
            "nothing was packaged, because there are problems; `tablecast check` explains each one\n{}",
            problem::lines(&report.problems)
        )
        .into()),
    }
}

fn out(arguments: &Arguments) -> PathBuf {
    let default = || Path::new("target/lambda").join(arguments.arch.to_string());
    arguments.out.clone().unwrap_or_else(default)
}

/// Compresses all functions at the same time.
fn zips(arguments: &Arguments, binaries: &Path) -> Result<Vec<Vec<u8>>, String> {
    thread::scope(|scope| {
        let start = |function| scope.spawn(move || zip(function, binaries, arguments));
        let started: Vec<_> = FUNCTIONS.iter().map(start).collect();
        let panicked = |name: &str| format!("{name}: the compression panicked; please report this");
        let finished = started.into_iter().zip(&FUNCTIONS);
        finished.map(|(zip, function)| zip.join().map_err(|_| panicked(function.name))?).collect()
    })
}

fn zip(function: &Function, binaries: &Path, arguments: &Arguments) -> Result<Vec<u8>, String> {
    let mut archive = Archive::default();
    archive.add_program("bootstrap", binaries::read(&binaries.join(function.name), arguments)?);
    for pattern in function.include {
        for file in included::files(&arguments.from, pattern)? {
            archive.add(file.name, file.content);
        }
    }
    archive.zip().map_err(|error| format!("{}: {error}", function.name))
}

fn write(path: &Path, content: &[u8]) -> Result<(), String> {
    fs::write(path, content).map_err(|error| format!("{}: {error}", path.display()))
}
