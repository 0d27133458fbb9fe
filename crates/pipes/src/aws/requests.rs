//! The requests of a shard of DynamoDB Streams.

use std::error::Error;

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};

use super::checkpoints::Position;

/// Why a shard returned no iterator or no records.
#[derive(Debug, thiserror::Error)]
pub enum ShardReadError {
    /// The stream no longer keeps the records.
    #[error("{0}")]
    Trimmed(String),
    /// The iterator is too old.
    #[error("{0}")]
    Expired(String),
    /// The stream or the shard does not exist.
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    Failed(String),
}

/// A response of GetRecords.
pub struct ShardPage {
    pub records: Vec<Record>,
    /// The iterator of the next page. `None` if the shard has ended.
    pub next: Option<String>,
}

/// Returns an iterator for the records from a position on.
pub async fn shard_iterator(
    client: &Client,
    stream_arn: &str,
    shard: &str,
    position: &Position,
) -> Result<String, ShardReadError> {
    let (kind, sequence) = match position {
        Position::TrimHorizon | Position::End => (ShardIteratorType::TrimHorizon, None),
        Position::Latest => (ShardIteratorType::Latest, None),
        Position::At(sequence) => (ShardIteratorType::AtSequenceNumber, Some(sequence.clone())),
        Position::After(sequence) => (ShardIteratorType::AfterSequenceNumber, Some(sequence.clone())),
    };
    let call = client.get_shard_iterator().stream_arn(stream_arn).shard_id(shard);
    let call = call.shard_iterator_type(kind).set_sequence_number(sequence);
    let iterator = call.send().await?.shard_iterator;
    iterator.ok_or_else(|| ShardReadError::Failed("GetShardIterator returned no iterator".to_owned()))
}

/// Reads a page. A response without `Records` is not AWS's, and must not count as an empty page.
pub async fn shard_page(client: &Client, iterator: String) -> Result<ShardPage, ShardReadError> {
    let page = client.get_records().shard_iterator(iterator).send().await?;
    let missing = || ShardReadError::Failed("GetRecords returned no records".to_owned());
    Ok(ShardPage { records: page.records.ok_or_else(missing)?, next: page.next_shard_iterator })
}

impl<E, R> From<SdkError<E, R>> for ShardReadError
where
    SdkError<E, R>: ProvideErrorMetadata + Error + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        let reason = tablecast_aws::reason(&error);
        match error.code() {
            Some("TrimmedDataAccessException") => Self::Trimmed(reason),
            Some("ExpiredIteratorException") => Self::Expired(reason),
            Some("ResourceNotFoundException") => Self::NotFound(reason),
            _ => Self::Failed(reason),
        }
    }
}
