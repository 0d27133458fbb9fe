//! The pipes of pipe files, on the embedded database. The runner is `tablecast-pipes`.
//!
//! # Layout
//! - `table_shard`: the stream of a table as the source of a pipe
//! - `dead_letter_file`: a file as the store of dead letters

pub(crate) mod dead_letter_file;
mod table_shard;

use std::path::PathBuf;
use std::sync::Arc;

use tablecast_definitions::definition::{Definition, StartingPosition};
use tablecast_event_patterns::filter::Filter;
use tablecast_pipes::invoke::Invoke;
use tablecast_pipes::{Pipe, PipeConfig, RetryPolicy, StartError};

use crate::database::Database;
use dead_letter_file::DeadLetterFile;
use table_shard::TableShard;

/// A pipe on a table of the embedded database.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddedPipe {
    pub config: PipeConfig,
    /// The table whose stream is the source.
    pub table: String,
    pub start: StartingPosition,
    /// The file that receives one line for each batch that the pipe gives up.
    pub dead_letters: PathBuf,
}

/// The functions and the dead-letter file of a pipe.
pub struct Destinations {
    pub enrichment: String,
    pub target: String,
    pub dead_letters: PathBuf,
}

/// Starts these pipes, and deletes the checkpoints of all others, so that the database need not keep records
/// for them.
pub async fn start_all<I: Invoke>(
    pipes: Vec<EmbeddedPipe>,
    database: &Database,
    invoke: &I,
) -> Result<Vec<Pipe>, StartError> {
    let names: Vec<_> = pipes.iter().map(|pipe| pipe.config.name.clone()).collect();
    let deleted = database.delete_checkpoints_except(names.clone()).await;
    deleted.map_err(|source| StartError { pipe: names.join(", "), source: source.into() })?;
    start_again(pipes, database, invoke).await
}

/// Starts these pipes, and keeps all checkpoints: a pipe file that is gone during an edit can come back.
pub async fn start_again<I: Invoke>(
    pipes: Vec<EmbeddedPipe>,
    database: &Database,
    invoke: &I,
) -> Result<Vec<Pipe>, StartError> {
    let mut running = Vec::new();
    for pipe in pipes {
        running.push(pipe.start(database.clone(), invoke.clone()).await?);
    }
    Ok(running)
}

impl EmbeddedPipe {
    /// Expects a compiled pipe file, whose numbers are within the limits of EventBridge Pipes.
    pub fn new(name: String, definition: Definition, filter: Filter, destinations: Destinations) -> Self {
        let Definition { table, stream, .. } = definition;
        let config = PipeConfig {
            name,
            filter,
            batch: stream.batch.into(),
            window: stream.window.duration(),
            parallel: stream.parallel.into(),
            retry: RetryPolicy {
                retries: stream.retries.map(u32::from),
                max_age: Some(stream.max_age.duration()),
                bisect: stream.bisect,
            },
            enrichment: Some(destinations.enrichment),
            target: destinations.target,
        };
        Self { config, table, start: stream.start, dead_letters: destinations.dead_letters }
    }

    /// Continues after the last checkpoint. If the table does not exist, the pipe waits for it.
    pub async fn start<I: Invoke>(self, database: Database, invoke: I) -> Result<Pipe, StartError> {
        let Self { config, table, start, dead_letters } = self;
        let shard = TableShard { database, pipe: config.name.clone(), table, start };
        Pipe::start(config, shard, invoke, Arc::new(DeadLetterFile(dead_letters))).await
    }
}

#[cfg(test)]
mod tests;
