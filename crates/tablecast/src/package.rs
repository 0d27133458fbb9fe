//! Every function as a zip for AWS Lambda; of the same commit, the same bytes.
//!
//! # Layout
//! - `architecture`: what Lambda runs functions on
//! - `workspace`: which functions there are, and what lies beside them
//! - `zigbuild`, `toolchain`, `paths`: how they are compiled
//! - `glibc`: what a binary needs of the system it runs on
//! - `archive`, `carried`: what is in a zip
//! - `registry`: what EventBridge's schema registry is told
//! - `listing`: what is told about it

mod architecture;
mod archive;
mod carried;
mod glibc;
mod listing;
mod paths;
mod registry;
mod toolchain;
mod workspace;
mod zigbuild;

use std::error::Error;
use std::fs;
use std::path::Path;

use crate::arguments::PackageArguments;
use archive::Archive;
use listing::Listing;
use workspace::{Function, Workspace};

pub use architecture::Architecture;

pub fn run(arguments: &PackageArguments) -> Result<(), Box<dyn Error>> {
    let workspace = Workspace::read()?;
    let carried = arguments.from.as_ref().unwrap_or(&workspace.root);
    let registry = registry::read(carried)?;
    let binaries = zigbuild::build(&workspace, arguments.arch)?;
    let usual = || workspace.target.join("lambda").join(arguments.arch.to_string());
    let out = arguments.out.clone().unwrap_or_else(usual);
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let mut listing = Listing::default();
    for function in &workspace.functions {
        let zip = package(function, &binaries, carried)?;
        write(&out.join(format!("{}.zip", function.name)), &zip)?;
        listing.add(&function.name, &zip);
    }
    write(&out.join("registry.json"), registry.as_bytes())?;
    print!("{listing}");
    println!("in {}", out.display());
    Ok(())
}

fn write(path: &Path, content: &[u8]) -> Result<(), String> {
    fs::write(path, content).map_err(|error| format!("{}: {error}", path.display()))
}

fn package(function: &Function, binaries: &Path, carried: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let path = binaries.join(&function.name);
    let binary = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    glibc::check(&binary).map_err(|reason| format!("{}: {reason}", path.display()))?;
    let mut archive = Archive::default();
    archive.add_program("bootstrap", binary);
    for pattern in &function.carries {
        for file in carried::files(carried, pattern)? {
            archive.add(file.name, file.content);
        }
    }
    Ok(archive.zip()?)
}
