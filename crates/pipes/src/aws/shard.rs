use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::error::SdkError;
use aws_sdk_dynamodbstreams::operation::get_records::{GetRecordsError, GetRecordsOutput};
use aws_sdk_dynamodbstreams::operation::get_shard_iterator::GetShardIteratorError;
use aws_sdk_dynamodbstreams::types::ShardIteratorType;
use tokio::time::sleep;

use super::checkpoints::{Checkpoints, Position};
use super::record;
use super::response::with_records;
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

/// The response to a read, with the errors that the shard handles.
enum Reply<T> {
    Found(T),
    /// The stream no longer keeps the records.
    Trimmed,
    /// The iterator is too old.
    Expired,
    NotFound,
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
        match self.records(iterator).await? {
            Reply::Found(response) => Ok(Read::Page(self.page(position, response)?)),
            Reply::NotFound => Ok(self.not_found()),
            Reply::Expired => {
                self.checkpoints.drop_iterator(&self.id);
                Ok(Read::Page(Page { records: Vec::new(), next: position.clone() }))
            }
            Reply::Trimmed => {
                self.checkpoints.drop_iterator(&self.id);
                self.log_lost(position);
                Ok(Read::Page(Page { records: Vec::new(), next: Position::TrimHorizon }))
            }
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
        match self.new_iterator(position).await? {
            Reply::Found(iterator) => Ok(Some(iterator)),
            Reply::Trimmed => {
                self.log_lost(position);
                let oldest = self.new_iterator(&Position::TrimHorizon).await?;
                Ok(if let Reply::Found(iterator) = oldest { Some(iterator) } else { None })
            }
            Reply::NotFound | Reply::Expired => Ok(None),
        }
    }

    async fn new_iterator(&self, position: &Position) -> Result<Reply<String>, SourceError> {
        let (kind, sequence) = match position {
            Position::TrimHorizon | Position::End => (ShardIteratorType::TrimHorizon, None),
            Position::Latest => (ShardIteratorType::Latest, None),
            Position::At(sequence) => (ShardIteratorType::AtSequenceNumber, Some(sequence.clone())),
            Position::After(sequence) => (ShardIteratorType::AfterSequenceNumber, Some(sequence.clone())),
        };
        let call = self.client.get_shard_iterator().stream_arn(&self.stream_arn).shard_id(&self.id);
        match call.shard_iterator_type(kind).set_sequence_number(sequence).send().await {
            Ok(response) => {
                let iterator = response.shard_iterator.ok_or("GetShardIterator returned no iterator")?;
                Ok(Reply::Found(iterator))
            }
            Err(error) => match error.as_service_error() {
                Some(GetShardIteratorError::TrimmedDataAccessException(_)) => Ok(Reply::Trimmed),
                Some(GetShardIteratorError::ResourceNotFoundException(_)) => Ok(Reply::NotFound),
                _ => Err(tablecast_aws::reason(&error).into()),
            },
        }
    }

    async fn records(&self, iterator: String) -> Result<Reply<GetRecordsOutput>, SourceError> {
        match self.client.get_records().shard_iterator(iterator).send().await {
            Ok(response) => Ok(Reply::Found(with_records(response)?)),
            Err(error) => reply(error),
        }
    }

    fn page(&self, position: &Position, response: GetRecordsOutput) -> Result<Page<Position>, SourceError> {
        let key = self.partition_key.as_deref();
        let read = response.records().iter().map(|record| record::convert(record, &self.stream_arn, key));
        let records: Vec<_> = read.collect::<Result<_, _>>()?;
        let reached = records.last().map_or(position.clone(), |last| Position::After(last.sequence.clone()));
        let next = match response.next_shard_iterator {
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

fn reply(error: SdkError<GetRecordsError>) -> Result<Reply<GetRecordsOutput>, SourceError> {
    match error.as_service_error() {
        Some(GetRecordsError::ExpiredIteratorException(_)) => Ok(Reply::Expired),
        Some(GetRecordsError::TrimmedDataAccessException(_)) => Ok(Reply::Trimmed),
        Some(GetRecordsError::ResourceNotFoundException(_)) => Ok(Reply::NotFound),
        _ => Err(tablecast_aws::reason(&error).into()),
    }
}
