//! GetShardIterator as DynamoDB answers it: a former stream of a table has no shards. dynoxide ignores the label of an ARN.

use axum::http::HeaderMap;
use serde::Deserialize;

use super::handle::Database;
use super::stream::Stream;

const GET_SHARD_ITERATOR: &[u8] = b"DynamoDBStreams_20120810.GetShardIterator";

pub const NO_STREAM: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found: Stream not found"}"#;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    stream_arn: String,
}

impl Database {
    /// Returns whether a request wants to read a stream that another one of the same table has replaced.
    pub async fn is_of_former_stream(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let is_iterator =
            headers.get("x-amz-target").is_some_and(|target| target.as_bytes() == GET_SHARD_ITERATOR);
        let arn = is_iterator.then(|| serde_json::from_slice::<Request>(body).ok()).flatten();
        let Some((table, label)) = arn.and_then(|request| parts(&request.stream_arn)) else { return false };
        let current = self.run(move |engine| Stream::of(engine, &table)).await;
        matches!(current, Ok(Some(stream)) if stream.label != label)
    }
}

/// Returns the table and the label.
fn parts(arn: &str) -> Option<(String, String)> {
    let (table, label) = arn.split_once(":table/")?.1.split_once("/stream/")?;
    Some((table.to_owned(), label.to_owned()))
}
