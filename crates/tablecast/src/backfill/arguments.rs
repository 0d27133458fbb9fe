use std::num::{NonZeroU16, NonZeroU32};
use std::path::PathBuf;

use clap::Args;

use crate::definitions::DefinitionFolders;
use crate::deployment::DeploymentArguments;

/// Make events of the items that are in a pipe's table
///
/// Reads the table with a parallel Scan, and passes each item through the rules of the pipe file as a record with the
/// operation READ. Prints the events on stdout, writes them to a file with --out, or publishes them on the bus with
/// --to-bus. It uses the local mode unless you set --deployment.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Name of the pipe
    pub pipe: String,
    #[command(flatten)]
    pub folders: DefinitionFolders,
    /// Publish on the bus instead of stdout
    #[arg(long, conflicts_with = "out")]
    pub to_bus: bool,
    /// Write to this new file instead of stdout, one event on each line
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Value of `replayed`, which each event has (default: the time of the start)
    #[arg(long, value_name = "NAME")]
    pub replay: Option<String>,
    /// Keep in this file how far the backfill has read. The same command continues there after it was killed
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// Parts of the table that are read at once, 1 to 65,535
    #[arg(long, default_value = "4", value_name = "NUMBER")]
    pub segments: NonZeroU16,
    /// Read units of the table to use in a second
    #[arg(long, default_value = "100", value_name = "UNITS")]
    pub rate: NonZeroU32,
    /// Real name of the table (default: that of the deployment, or of the pipe file)
    #[arg(long, value_name = "TABLE")]
    pub table: Option<String>,
    #[command(flatten)]
    pub place: DeploymentArguments,
}
