//! Pipes from pipe files: the embedded database is their source, a file takes what they give up.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tablecast_definitions::definition::{Definition, StartingPosition};

use super::dead_letters::File;
use super::source::{Page, Read, Record, Shard, SourceError, Stream};
use super::{Filter, Pipe, RetryPolicy, Settings, StartError};
use crate::database::{self, Database, Position, Sequence};
use crate::invoke::Invoke;

/// AWS polls four times a second. Here an empty poll takes some 30 microseconds (`examples/burst.rs`),
/// forty a second cost next to nothing, and somebody is watching.
const POLL: Duration = Duration::from_millis(25);

/// A pipe on a table of the embedded database.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddedPipe {
    pub settings: Settings,
    /// The table whose stream is the source.
    pub table: String,
    pub start: StartingPosition,
    /// The file that gets a line for each batch that was given up.
    pub dead_letters: PathBuf,
}

/// Where records go that come from a pipe file's table.
pub struct Places {
    pub enrichment: String,
    pub target: String,
    pub dead_letters: PathBuf,
}

/// Starts these pipes and no others: what another pipe has not read is no longer kept for it.
pub async fn start_all<I: Invoke>(
    pipes: Vec<EmbeddedPipe>,
    database: &Database,
    invoke: &I,
) -> Result<Vec<Pipe>, StartError> {
    let names: Vec<_> = pipes.iter().map(|pipe| pipe.settings.name.clone()).collect();
    let forgotten = database.forget_pipes_except(names.clone()).await;
    forgotten.map_err(|source| StartError { pipe: names.join(", "), source: source.into() })?;
    let mut running = Vec::new();
    for pipe in pipes {
        running.push(pipe.start(database.clone(), invoke.clone()).await?);
    }
    Ok(running)
}

impl EmbeddedPipe {
    /// Of a pipe file that has been compiled: its numbers are within the limits of EventBridge Pipes.
    pub fn new(name: String, definition: Definition, filter: Filter, places: Places) -> Self {
        let Definition { table, stream, .. } = definition;
        let settings = Settings {
            name,
            filter,
            batch: stream.batch.into(),
            window: stream.window.duration(),
            parallel: stream.parallel.into(),
            retry: RetryPolicy {
                retries: Some(stream.retries.into()),
                max_age: Some(stream.max_age.duration()),
                bisect: stream.bisect,
            },
            enrichment: Some(places.enrichment),
            target: places.target,
        };
        Self { settings, table, start: stream.start, dead_letters: places.dead_letters }
    }

    /// Goes on after its last checkpoint. A table that is not there yet is waited for.
    pub async fn start<I: Invoke>(self, database: Database, invoke: I) -> Result<Pipe, StartError> {
        let Self { settings, table, start, dead_letters } = self;
        let shard = TableShard { database, pipe: settings.name.clone(), table, start };
        Pipe::start(settings, shard, invoke, Arc::new(File(dead_letters))).await
    }
}

/// A table's stream, which is one shard here, as one pipe reads it.
#[derive(Clone)]
struct TableShard {
    database: Database,
    pipe: String,
    table: String,
    start: StartingPosition,
}

impl Stream for TableShard {
    type Shard = Self;

    async fn shards(&self) -> Result<Vec<Self>, SourceError> {
        Ok(vec![self.clone()])
    }
}

impl Shard for TableShard {
    type Position = Position;

    fn id(&self) -> String {
        self.database.shard_id(&self.table)
    }

    fn pause(&self) -> Duration {
        POLL
    }

    async fn first(&self) -> Result<Position, SourceError> {
        if let Some(position) = self.database.checkpoint(&self.pipe, &self.table).await? {
            return Ok(position);
        }
        let latest = match self.start {
            StartingPosition::TrimHorizon => None,
            StartingPosition::Latest => self.database.stream_end(&self.table).await?,
        };
        Ok(latest.unwrap_or(Position { stream: String::new(), sequence: Sequence::START }))
    }

    async fn read(&self, position: &Position) -> Result<Read<Position>, SourceError> {
        Ok(match self.database.read_stream(&self.table, position).await? {
            Some(page) => Read::Page(page.into()),
            None => Read::Absent,
        })
    }

    async fn keep(&self, position: &Position) -> Result<(), SourceError> {
        Ok(self.database.save_checkpoint(&self.pipe, &self.table, position).await?)
    }
}

impl From<database::Page> for Page<Position> {
    fn from(page: database::Page) -> Self {
        let database::Page { records, next } = page;
        Self { records: records.into_iter().map(|record| located(record, &next)).collect(), next }
    }
}

fn located(record: database::Record, page: &Position) -> Record<Position> {
    let database::Record { event_id, sequence, created, partition, json } = record;
    let at = Position { sequence: sequence.before(), ..page.clone() };
    Record { at, event_id, sequence: sequence.to_string(), created, partition, json }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipe(stream: &str) -> EmbeddedPipe {
        let yaml = format!("table: orders\nstream: {{ {stream} }}\nsubject: '\"x\"'\nevents: []\n");
        let definition = Definition::parse(&yaml).unwrap();
        let places =
            Places { enrichment: "enrich".into(), target: "dispatch".into(), dead_letters: "d".into() };
        EmbeddedPipe::new("sales".into(), definition, Filter::default(), places)
    }

    #[test]
    fn a_pipe_file_becomes_settings() {
        let pipe = pipe("batch: 5, window: 2s, retries: 3, max_age: 1h, parallel: 4, start: LATEST");
        let settings = &pipe.settings;
        assert_eq!((settings.name.as_str(), pipe.table.as_str()), ("sales", "orders"));
        assert_eq!((settings.batch, settings.parallel, settings.retry.retries), (5, 4, Some(3)));
        assert_eq!(
            (settings.window, settings.retry.max_age),
            (Duration::from_secs(2), Some(Duration::from_secs(3600)))
        );
        assert_eq!(pipe.start, StartingPosition::Latest);
    }

    #[test]
    fn a_failed_batch_is_halved_only_where_the_pipe_file_says_so() {
        assert!(pipe("bisect: true").settings.retry.bisect);
        assert!(!pipe("bisect: false").settings.retry.bisect && !pipe("").settings.retry.bisect);
    }
}
