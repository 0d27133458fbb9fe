//! Checks pipe files and schemas. `tablecast_authoring::check` has the rules.
//!
//! # Layout
//! - `baseline`: the earlier schemas, for `--against`
//! - `report`: prints the problems

mod baseline;
mod report;

use std::error::Error;
use std::process::ExitCode;

use clap::Args;
use tablecast_authoring::check::{
    Report, changed_channels, changed_keeps, removed_buses, removed_pipes, removed_states, renamed_pipes,
};
use tablecast_authoring::evolution;

use crate::definitions::DefinitionFolders;
use crate::exit;
use crate::format::Format;
use baseline::Baseline;

/// Check pipe files and schemas
///
/// Reports all mistakes at once, without running anything. Exits with 0 if there is no problem, with 1 if
/// there is a problem, and with 2 if it cannot read its input.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    folders: DefinitionFolders,
    /// Compare with earlier schemas and pipe files, of a Git revision such as origin/main or of a folder: changes
    /// must not break readers
    #[arg(long, value_name = "REVISION|DIR")]
    against: Option<String>,
    /// Show which rules emit events of items that a backfill reads
    #[arg(long)]
    reads: bool,
    /// Output format; docs/reference/check.md describes the JSON
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> ExitCode {
    exit::code(check_all(arguments).and_then(|report| {
        report::print(&report, arguments.format, arguments.reads).map(|()| !report.problems.is_empty())
    }))
}

fn check_all(arguments: &Arguments) -> Result<Report, Box<dyn Error>> {
    let definitions = arguments.folders.read_for_check()?;
    let mut report = definitions.check();
    if let Some(against) = &arguments.against {
        let Baseline { schemas, pipes } = baseline::read_all(against, &arguments.folders, &definitions)?;
        report.checked.compared = schemas.len();
        report.problems.extend(evolution::breaking_changes(&schemas, &definitions.schemas));
        report.problems.extend(renamed_pipes(&pipes, &definitions.pipes));
        report.problems.extend(changed_channels(&pipes, &definitions.pipes));
        report.problems.extend(removed_buses(&pipes, &definitions.pipes));
        report.problems.extend(removed_states(&pipes, &definitions.pipes));
        report.problems.extend(removed_pipes(&pipes, &schemas, &definitions.pipes));
        report.warnings.extend(changed_keeps(&pipes, &definitions.pipes));
    }
    Ok(report.with_unreadable_files(&definitions.unreadable))
}
