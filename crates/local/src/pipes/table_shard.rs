use std::time::Duration;

use tablecast_definitions::definition::StartingPosition;
use tablecast_pipes::source::{Page, Read, Record, Shard, SourceError, Stream};
use tokio::time::timeout;

use crate::database::{self, Database, Position, Sequence};

/// AWS polls four times a second. Here a write through the API ends the wait. Expired items and writes during a
/// read are found by polling: an empty poll takes about 30 microseconds (`examples/burst.rs`).
const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// The stream of a table as one pipe reads it. In the embedded database, a stream has one shard.
#[derive(Clone)]
pub struct TableShard {
    pub database: Database,
    pub pipe: String,
    pub table: String,
    pub start: StartingPosition,
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

    async fn wait_for_records(&self) {
        let _written_or_elapsed = timeout(POLL_INTERVAL, self.database.written(&self.table)).await;
    }

    async fn start_position(&self) -> Result<Position, SourceError> {
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
            Some(page) => Read::Page(convert_page(page)),
            None => Read::NotFound,
        })
    }

    async fn save(&self, position: &Position) -> Result<(), SourceError> {
        Ok(self.database.save_checkpoint(&self.pipe, &self.table, position).await?)
    }
}

fn convert_page(page: database::Page) -> Page<Position> {
    let database::Page { records, next } = page;
    Page { records: records.into_iter().map(|record| convert(record, &next)).collect(), next }
}

fn convert(record: database::Record, page: &Position) -> Record<Position> {
    let database::Record { event_id, sequence, created, partition, json } = record;
    let position = Position { sequence: sequence.before(), ..page.clone() };
    Record { position, event_id, sequence: sequence.to_string(), created, partition, json }
}
