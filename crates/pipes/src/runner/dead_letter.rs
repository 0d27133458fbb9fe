//! The message that EventBridge Pipes sends to a queue when it gives up a batch.
//! It contains no records, only their position in the stream.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};

use super::entry::Entry;

/// The reason why the pipe gave up the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    RetryAttemptsExhausted,
    RecordAgeExceeded,
}

/// The pipe and the shard of the batch.
pub struct Origin<'a> {
    pub pipe: &'a str,
    pub shard_id: &'a str,
}

impl Origin<'_> {
    /// Returns `None` for no entries. The range may contain delivered records between failed ones.
    pub fn dead_letter(&self, entries: &[Entry], condition: Condition, now: SystemTime) -> Option<Value> {
        let (first, last) = (entries.first()?, entries.last()?);
        let (region, account) = region_and_account(&first.stream_arn);
        let created = || entries.iter().map(|entry| entry.created);
        Some(json!({
            "context": {
                "partnerResourceArn": format!("arn:aws:pipes:{region}:{account}:pipe/{}", self.pipe),
                "condition": format!("{condition:?}"),
            },
            "version": "1.0",
            "timestamp": timestamp(now),
            "DDBStreamBatchInfo": {
                "shardId": self.shard_id,
                "startSequenceNumber": first.sequence,
                "endSequenceNumber": last.sequence,
                "approximateArrivalOfFirstRecord": timestamp(created().min().unwrap_or(now)),
                "approximateArrivalOfLastRecord": timestamp(created().max().unwrap_or(now)),
                "batchSize": entries.len(),
                "streamArn": first.stream_arn,
            },
        }))
    }
}

fn region_and_account(arn: &str) -> (&str, &str) {
    let mut parts = arn.split(':').skip(3);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// Formats a time with milliseconds. Like AWS, omits them from whole seconds: DynamoDB has no others.
fn timestamp(time: SystemTime) -> String {
    let millis = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let time = i64::try_from(millis).ok().and_then(DateTime::from_timestamp_millis);
    time.unwrap_or_default().to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests;
