//! Writes a first pipe file for a table. `tablecast_authoring::proposal` decides what is in it.
//!
//! # Layout
//! - `input`: the table's key and a sample of its items
//! - `table`: reads them from DynamoDB; `sample_file`: reads them from a file
//! - `files`: writes the proposed files
//! - `report`: prints what was read, written and left out

mod files;
mod input;
mod report;
mod sample_file;
mod table;

use std::error::Error;
use std::path::PathBuf;

use clap::Args;
use tablecast_authoring::proposal::{ProposalOptions, propose};
use tablecast_definitions::problem::DefinitionFile;
use tablecast_protocol::event_type;

use crate::definitions::DefinitionFolders;
use input::Input;

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
    /// Maximum number of items to read, with one Scan of at most 1 MB
    #[arg(long, default_value_t = 100, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub items: u16,
    /// Address of DynamoDB, such as http://127.0.0.1:8000 (default: AWS)
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Read the items from this file instead: the output of `aws dynamodb scan`, or one item on each line
    #[arg(long, value_name = "FILE", conflicts_with_all = ["items", "endpoint_url"])]
    sample: Option<PathBuf>,
    /// The table's partition key, and its sort key if it has one; needed with --sample
    #[arg(long, value_name = "PARTITION[,SORT]", value_delimiter = ',')]
    pub key: Vec<String>,
    /// Noun of the event types, such as order in order.created.v1 (default: from the table's name)
    #[arg(long, value_name = "NOUN")]
    entity: Option<String>,
    /// Name of the pipe, which cannot change after the first release (default: from the table's name)
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    folders: DefinitionFolders,
}

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let input = read(&arguments).await?;
    let existing = arguments.folders.read_existing()?;
    let options = ProposalOptions {
        pipe: arguments.name,
        entity: arguments.entity,
        id_prefix: id_prefix(&existing.schemas),
    };
    let proposal = propose(&input.sample, &options)?;
    files::refuse_second_pipe(&existing.pipes, &input.sample.table)?;
    let written = files::write(&proposal, &arguments.folders)?;
    report::print(&input, &proposal, &written)
}

async fn read(arguments: &Arguments) -> Result<Input, Box<dyn Error>> {
    let table = &arguments.table;
    match &arguments.sample {
        Some(file) => Ok(sample_file::read(file, table, &arguments.key)?),
        None if arguments.key.is_empty() => {
            table::read(table, arguments.items, arguments.endpoint_url.as_deref()).await
        }
        None => Err("--key is for a --sample: remove it, because the table itself has its key".into()),
    }
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
