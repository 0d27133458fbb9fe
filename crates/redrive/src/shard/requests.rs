use aws_sdk_dynamodbstreams::Client;
use tablecast_pipes::{Position, ShardReadError, shard_iterator};

use super::error::ShardError;
use super::range::ShardRange;

/// Begins at the first record, or at the oldest one if the first one has left. `None` if the shard has left.
pub async fn first_iterator(client: &Client, range: &ShardRange) -> Result<Option<String>, ShardError> {
    match iterator(client, range, Position::At(range.start_sequence_number.clone())).await {
        Err(ShardReadError::Trimmed(_)) => oldest(client, range).await,
        result => unless_gone(result),
    }
}

/// `None` if the shard has left the stream.
pub async fn oldest(client: &Client, range: &ShardRange) -> Result<Option<String>, ShardError> {
    unless_gone(iterator(client, range, Position::TrimHorizon).await)
}

async fn iterator(client: &Client, range: &ShardRange, position: Position) -> Result<String, ShardReadError> {
    shard_iterator(client, &range.stream_arn, &range.shard_id, &position).await
}

fn unless_gone(result: Result<String, ShardReadError>) -> Result<Option<String>, ShardError> {
    match result {
        Ok(iterator) => Ok(Some(iterator)),
        Err(ShardReadError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
