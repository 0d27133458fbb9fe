//! The records of a dead letter, as far as the stream still has them.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::error::SdkError;
use aws_sdk_dynamodbstreams::operation::get_records::{GetRecordsError, GetRecordsOutput};
use aws_sdk_dynamodbstreams::operation::get_shard_iterator::GetShardIteratorError;
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};
use serde_json::Value;
use tablecast_pipes::record_json;
use tokio::time::{Instant, sleep_until};

use crate::error::RedriveError;
use crate::letter::Batch;

/// An open shard can have empty pages between its records.
const EMPTY_PAGES: usize = 20;

/// DynamoDB allows five reads a second for each shard, and the pipe makes four of them.
const PAUSE: Duration = Duration::from_secs(1);

/// Reads shards beside their pipes.
#[derive(Debug)]
pub struct Shards {
    client: Client,
    /// When each shard can be read again.
    free_at: HashMap<String, Instant>,
}

#[derive(Debug, Default)]
pub struct Found {
    /// Their ids and their JSON, in order.
    pub records: Vec<(String, Value)>,
    /// False if the stream does not have all of them any more.
    pub is_complete: bool,
}

impl Shards {
    pub fn new(client: Client) -> Self {
        Self { client, free_at: HashMap::new() }
    }

    /// Reads the records of a batch. A batch can have records in between that the pipe delivered.
    pub async fn read(&mut self, batch: &Batch) -> Result<Found, RedriveError> {
        let first = first_iterator(&self.client, batch).await?;
        let Some(mut iterator) = first else { return Ok(Found::default()) };
        let (mut changes, mut empty) = (Vec::new(), 0);
        loop {
            self.wait(&batch.shard_id).await;
            let Some(page) = page(&self.client, batch, iterator).await? else { break };
            let records = page.records.ok_or_else(|| failed(batch, "GetRecords returned no records"))?;
            empty = if records.is_empty() { empty + 1 } else { 0 };
            let is_past = records.iter().any(|record| !is_before_end(batch, record));
            changes.extend(records);
            match page.next_shard_iterator {
                Some(next) if !is_past && empty < EMPTY_PAGES => iterator = next,
                _ => break,
            }
        }
        found(batch, changes)
    }

    /// Waits until the shard can be read, also after a read for another dead letter.
    async fn wait(&mut self, shard: &str) {
        let free_at = self.free_at.entry(shard.to_owned()).or_insert_with(Instant::now);
        sleep_until(*free_at).await;
        *free_at = Instant::now() + PAUSE;
    }
}

/// `None` if the stream or the shard is gone. Starts at the oldest record if the first one is gone.
async fn first_iterator(client: &Client, batch: &Batch) -> Result<Option<String>, RedriveError> {
    let at = (ShardIteratorType::AtSequenceNumber, Some(batch.start_sequence_number.clone()));
    for (kind, sequence) in [at, (ShardIteratorType::TrimHorizon, None)] {
        let call = client.get_shard_iterator().stream_arn(&batch.stream_arn).shard_id(&batch.shard_id);
        match call.shard_iterator_type(kind).set_sequence_number(sequence).send().await {
            Ok(response) => {
                let missing = || failed(batch, "GetShardIterator returned no iterator");
                return response.shard_iterator.ok_or_else(missing).map(Some);
            }
            Err(error) => match error.as_service_error() {
                Some(GetShardIteratorError::TrimmedDataAccessException(_)) => {}
                Some(GetShardIteratorError::ResourceNotFoundException(_)) => return Ok(None),
                _ => return Err(failed(batch, &tablecast_aws::reason(&error))),
            },
        }
    }
    Ok(None)
}

/// `None` if the records were trimmed while they were read.
async fn page(
    client: &Client,
    batch: &Batch,
    iterator: String,
) -> Result<Option<GetRecordsOutput>, RedriveError> {
    match client.get_records().shard_iterator(iterator).send().await {
        Ok(page) => Ok(Some(page)),
        Err(error) if is_gone(&error) => Ok(None),
        Err(error) => Err(failed(batch, &tablecast_aws::reason(&error))),
    }
}

fn is_gone<R>(error: &SdkError<GetRecordsError, R>) -> bool {
    let gone = error.as_service_error();
    gone.is_some_and(|gone| gone.is_trimmed_data_access_exception() || gone.is_resource_not_found_exception())
}

/// Keeps the records of the batch.
fn found(batch: &Batch, changes: Vec<Record>) -> Result<Found, RedriveError> {
    let mut found = Found::default();
    let (mut has_first, mut has_last) = (false, false);
    for change in changes {
        let sequence = sequence(&change).to_owned();
        if !batch.contains(&sequence) {
            continue;
        }
        (has_first, has_last) =
            (has_first || batch.is_first(&sequence), has_last || batch.is_last(&sequence));
        let json =
            record_json(&change, &batch.stream_arn).map_err(|error| failed(batch, &error.to_string()))?;
        let id = change.event_id.ok_or_else(|| failed(batch, "a record has no eventID"))?;
        found.records.push((id, json));
    }
    found.is_complete = has_first && has_last;
    Ok(found)
}

fn is_before_end(batch: &Batch, record: &Record) -> bool {
    let sequence = sequence(record);
    !batch.is_after(sequence) && !batch.is_last(sequence)
}

fn sequence(record: &Record) -> &str {
    record.dynamodb.as_ref().and_then(|change| change.sequence_number.as_deref()).unwrap_or_default()
}

fn failed(batch: &Batch, reason: &str) -> RedriveError {
    RedriveError::Stream { stream: batch.stream_arn.clone(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodbstreams::types::StreamRecord;
    use tablecast_stand_in::StandIn;

    use super::*;
    use crate::letter::tests::letter;

    fn change(sequence: &str) -> Record {
        Record::builder()
            .event_id(sequence)
            .dynamodb(StreamRecord::builder().sequence_number(sequence).build())
            .build()
    }

    fn found(sequences: &[&str]) -> (Vec<String>, bool) {
        let batch = letter("99", "101").batch;
        let found = super::found(&batch, sequences.iter().map(|one| change(one)).collect()).unwrap();
        (found.records.into_iter().map(|(id, _)| id).collect(), found.is_complete)
    }

    #[tokio::test(start_paused = true)]
    async fn reads_of_one_shard_leave_time_for_its_pipe() {
        let mut shards = Shards::new(Client::new(&StandIn::in_process(&[]).aws()));
        let start = Instant::now();
        for (shard, seconds) in [("a", 0), ("b", 0), ("a", 1), ("a", 2), ("b", 2)] {
            shards.wait(shard).await;
            assert_eq!(start.elapsed().as_secs(), seconds, "{shard}");
        }
    }

    #[test]
    fn only_the_records_of_the_batch_are_found() {
        assert_eq!(
            found(&["98", "99", "100", "101", "102"]),
            (["99", "100", "101"].map(str::to_owned).into(), true)
        );
    }

    #[test]
    fn a_batch_without_its_first_or_last_record_is_not_complete() {
        assert_eq!(found(&["100", "101"]), (["100", "101"].map(str::to_owned).into(), false));
        assert_eq!(found(&["99", "100", "102"]), (["99", "100"].map(str::to_owned).into(), false));
        assert_eq!(found(&["102"]), (Vec::new(), false));
    }
}
