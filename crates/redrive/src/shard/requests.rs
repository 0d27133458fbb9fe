use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::error::SdkError;
use aws_sdk_dynamodbstreams::operation::get_records::GetRecordsError;
use aws_sdk_dynamodbstreams::operation::get_shard_iterator::GetShardIteratorError;
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};

use super::error::ShardError;
use super::range::ShardRange;

/// A response of GetRecords.
pub enum Page {
    /// Also the iterator of the next page. `None` if the shard has ended.
    Records(Vec<Record>, Option<String>),
    /// The records at the iterator have left the stream.
    Trimmed,
    /// The shard has left the stream.
    Gone,
}

/// Begins at the first record, or at the oldest one if the first one has left. `None` if the shard has left.
pub async fn first_iterator(client: &Client, range: &ShardRange) -> Result<Option<String>, ShardError> {
    match iterator(client, range, Some(&range.start_sequence_number)).await {
        Err(error) if is_trimmed(&error) => oldest(client, range).await,
        result => unless_gone(result),
    }
}

/// `None` if the shard has left the stream.
pub async fn oldest(client: &Client, range: &ShardRange) -> Result<Option<String>, ShardError> {
    unless_gone(iterator(client, range, None).await)
}

type IteratorError = SdkError<GetShardIteratorError>;

/// Begins at this record, or at the oldest one.
async fn iterator(
    client: &Client,
    range: &ShardRange,
    sequence: Option<&String>,
) -> Result<Option<String>, IteratorError> {
    let at = sequence.map(|_| ShardIteratorType::AtSequenceNumber);
    let call = client.get_shard_iterator().stream_arn(&range.stream_arn).shard_id(&range.shard_id);
    let call = call.shard_iterator_type(at.unwrap_or(ShardIteratorType::TrimHorizon));
    Ok(call.set_sequence_number(sequence.cloned()).send().await?.shard_iterator)
}

fn unless_gone(result: Result<Option<String>, IteratorError>) -> Result<Option<String>, ShardError> {
    match result {
        Ok(Some(iterator)) => Ok(Some(iterator)),
        Ok(None) => Err(failed("GetShardIterator returned no iterator")),
        Err(error) => match error.as_service_error() {
            Some(gone) if gone.is_resource_not_found_exception() => Ok(None),
            _ => Err(failed(tablecast_aws::reason(&error))),
        },
    }
}

fn is_trimmed(error: &IteratorError) -> bool {
    error.as_service_error().is_some_and(GetShardIteratorError::is_trimmed_data_access_exception)
}

pub async fn page(client: &Client, iterator: String) -> Result<Page, ShardError> {
    let error = match client.get_records().shard_iterator(iterator).send().await {
        Ok(page) => {
            let records = page.records.ok_or_else(|| failed("GetRecords returned no records"))?;
            return Ok(Page::Records(records, page.next_shard_iterator));
        }
        Err(error) => error,
    };
    match error.as_service_error() {
        Some(GetRecordsError::TrimmedDataAccessException(_)) => Ok(Page::Trimmed),
        Some(GetRecordsError::ResourceNotFoundException(_)) => Ok(Page::Gone),
        _ => Err(failed(tablecast_aws::reason(&error))),
    }
}

pub fn failed(reason: impl Into<String>) -> ShardError {
    ShardError(reason.into())
}
