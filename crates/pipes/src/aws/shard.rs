use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodbstreams::Client;
use tokio::time::sleep;

use super::checkpoints::{Checkpoints, Position};
use super::record;
use super::requests::{ShardPage, ShardReadError, shard_iterator, shard_page};
use crate::source::{Page, Read, Shard, SourceError};

/// AWS polls four times a second. DynamoDB allows five reads a second for each shard.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// A shard of DynamoDB Streams.
pub struct StreamShard {
    pub client: Client,
    pub stream_arn: String,
    pub id: String,
    /// The table's partition key. Some emulators do not return it.
    pub partition_key: Option<String>,
    pub checkpoints: Arc<Checkpoints>,
}

impl Shard for StreamShard {
    type Position = Position;

    fn id(&self) -> String {
        self.id.clone()
    }

    async fn wait_for_records(&self) {
        sleep(POLL_INTERVAL).await;
    }

    /// Resolves LATEST now, so that the pipe receives all changes that follow its start.
    async fn start_position(&self) -> Result<Position, SourceError> {
        let position = self.checkpoints.position(&self.id);
        if position == Position::Latest
            && let Some(iterator) = self.iterator(&position).await?
        {
            self.checkpoints.keep_iterator(&self.id, &position, iterator);
        }
        Ok(position)
    }

    async fn read(&self, position: &Position) -> Result<Read<Position>, SourceError> {
        if *position == Position::End {
            return Ok(Read::End);
        }
        let Some(iterator) = self.iterator(position).await? else { return Ok(self.not_found()) };
        match shard_page(&self.client, iterator).await {
            Ok(page) => Ok(Read::Page(self.page(position, page)?)),
            Err(ShardReadError::NotFound(_)) => Ok(self.not_found()),
            Err(ShardReadError::Expired(_)) => {
                self.checkpoints.drop_iterator(&self.id);
                Ok(Read::Page(Page { records: Vec::new(), next: position.clone() }))
            }
            Err(ShardReadError::Trimmed(_)) => {
                self.checkpoints.drop_iterator(&self.id);
                self.log_lost(position);
                Ok(Read::Page(Page { records: Vec::new(), next: Position::TrimHorizon }))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn save(&self, position: &Position) -> Result<(), SourceError> {
        self.checkpoints.set(&self.id, position);
        Ok(())
    }
}

impl StreamShard {
    /// Returns an iterator for the next read, or `None` if the stream does not exist.
    async fn iterator(&self, position: &Position) -> Result<Option<String>, SourceError> {
        if let Some(iterator) = self.checkpoints.iterator(&self.id, position) {
            return Ok(Some(iterator));
        }
        let mut iterator = self.new_iterator(position).await;
        if let Err(ShardReadError::Trimmed(_)) = iterator {
            self.log_lost(position);
            iterator = self.new_iterator(&Position::TrimHorizon).await;
        }
        match iterator {
            Ok(iterator) => Ok(Some(iterator)),
            Err(ShardReadError::NotFound(_) | ShardReadError::Trimmed(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn new_iterator(&self, position: &Position) -> Result<String, ShardReadError> {
        shard_iterator(&self.client, &self.stream_arn, &self.id, position).await
    }

    fn page(&self, position: &Position, page: ShardPage) -> Result<Page<Position>, SourceError> {
        let key = self.partition_key.as_deref();
        let read = page.records.iter().map(|record| record::convert(record, &self.stream_arn, key));
        let records: Vec<_> = read.collect::<Result<_, _>>()?;
        let reached = records.last().map_or(position.clone(), |last| Position::After(last.sequence.clone()));
        let next = match page.next {
            Some(iterator) => {
                self.checkpoints.keep_iterator(&self.id, &reached, iterator);
                reached
            }
            None => Position::End,
        };
        Ok(Page { records, next })
    }

    /// Ends a shard that was trimmed away. A table may return, so its shards wait.
    fn not_found(&self) -> Read<Position> {
        match self.checkpoints.is_known(&self.id) {
            true => Read::NotFound,
            false => Read::End,
        }
    }

    fn log_lost(&self, position: &Position) {
        let (stream, shard) = (&self.stream_arn, &self.id);
        tracing::error!(
            "records are lost: {stream} {shard} no longer contains the next record ({position}); \
             continuing with the oldest one"
        );
    }
}
