//! Writes a zip of each function for AWS Lambda. The same binaries and definitions give the same bytes.
//!
//! # Layout
//! - `functions`: the functions, and the files that each one includes
//! - `architecture`: the processor architectures of Lambda
//! - `binaries`: prebuilt binaries, or compiled ones
//! - `machine`, `glibc`: check whether Lambda can run a binary
//! - `workspace`, `zigbuild`, `toolchain`, `remap`: compile the functions
//! - `definitions`: the checked pipe files and schemas
//! - `zips`, `archive`, `included`: the zips and their content
//! - `registry`: the schemas for EventBridge's schema registry
//! - `listing`: the printed sizes and hashes
//! - `compare`: compares zips with the definitions, for `doctor`

mod architecture;
mod archive;
mod binaries;
mod compare;
mod definitions;
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
mod zips;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use binaries::Binaries;
use listing::Listing;

pub use compare::compare;
pub use functions::FUNCTIONS;

/// Package the functions for AWS Lambda
///
/// Checks the pipe files and schemas first, and writes nothing if there is a problem. Writes a zip of each
/// function with the definitions that it reads, and registry.json for Terraform. It compiles nothing unless you
/// ask for --source.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    binaries: Binaries,
    /// Folder of the zips (default: target/lambda/<ARCH> below --from)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Folder with pipes/ and schemas/
    #[arg(long, value_name = "DIR", default_value = ".")]
    from: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let registry = registry::content(&definitions::checked(&arguments.from)?)?;
    let folder = arguments.binaries.folder()?;
    let zips = zips::all(&arguments.binaries, &folder, &arguments.from)?;
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

fn out(arguments: &Arguments) -> PathBuf {
    let below = arguments.from.join("target/lambda").join(arguments.binaries.arch.to_string());
    let default = || below.strip_prefix(".").unwrap_or(&below).to_owned();
    arguments.out.clone().unwrap_or_else(default)
}

fn write(path: &Path, content: &[u8]) -> Result<(), String> {
    fs::write(path, content).map_err(|error| format!("{}: {error}", path.display()))
}
