//! Writes manual pages.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use clap::{Args, CommandFactory};

use crate::Cli;

/// Write manual pages
///
/// Writes tablecast.1 and a page for each command, such as tablecast-check.1.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder to write
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let folder = &arguments.folder;
    let within = |error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(within)?;
    Ok(clap_mangen::generate_to(Cli::command(), folder).map_err(within)?)
}
