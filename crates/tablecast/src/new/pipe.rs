//! Writes a first pipe file for a table. `tablecast_authoring::proposal` decides what is in it.
//!
//! # Layout
//! - `source`: where the sample comes from; `input`: the table's key and the sample
//! - `table`: reads them from DynamoDB; `sample_file`: reads them from a file
//! - `files`: the proposed files with their paths
//! - `report`: prints what was read, written and left out

pub mod files;
mod input;
pub mod report;
mod sample_file;
mod source;
mod table;

use std::error::Error;

use clap::Args;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_protocol::event_type;

use crate::definitions::DefinitionFolders;

pub use input::Input;
pub use source::Source;

/// The `$id` of schemas begins with this if there are no schemas yet.
const DEFAULT_ID_PREFIX: &str = "https://tablecast.example/schemas/";

/// Write a first pipe file for a table
///
/// Writes schemas, examples and tests too, and all of it passes `check`. It reads the table's key and some of
/// its items, where the SDKs' environment variables point: AWS_PROFILE, AWS_REGION and so on. The files
/// contain none of their values. docs/start/your-own-table.md shows an example.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Name of the table
    table: String,
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    folders: DefinitionFolders,
}

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let Arguments { table, source, folders } = arguments;
    let input = source.read(&table).await?;
    let existing = folders.read_existing()?;
    let proposal = source.propose(&input, id_prefix(&existing.schemas))?;
    files::refuse_second_pipe(&existing.pipes, &input.sample.table)?;
    let written = files::write(&proposal, &folders)?;
    report::print(&input, &proposal, &written)
}

/// New schemas get the `$id` prefix of existing ones.
fn id_prefix(schemas: &[DefinitionFile]) -> String {
    let prefix = |schema: &DefinitionFile| {
        let document: serde_json::Value = serde_json::from_str(&schema.text).ok()?;
        let id = document["$id"].as_str()?;
        id.strip_suffix(&format!("{}.json", schema.name)).map(str::to_owned)
    };
    let events = schemas.iter().filter(|schema| !event_type::is_control(&schema.name));
    events.chain(schemas).find_map(prefix).unwrap_or_else(|| DEFAULT_ID_PREFIX.to_owned())
}
