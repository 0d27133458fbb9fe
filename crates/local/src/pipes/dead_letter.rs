//! What is left of a batch that was given up, in the form in which EventBridge Pipes sends it to a queue.
//! It holds no records, only their place in the stream.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};

use super::batch::Entry;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    RetryAttemptsExhausted,
    RecordAgeExceeded,
}

/// Who gave the batch up.
pub struct Sender<'a> {
    pub pipe: &'a str,
    pub shard_id: &'a str,
}

impl Sender<'_> {
    /// `None` for no entries. The range may hold records that were delivered: between failed ones.
    pub fn letter(&self, entries: &[Entry], condition: Condition, now: SystemTime) -> Option<Value> {
        let (first, last) = (entries.first()?, entries.last()?);
        let (region, account) = place(&first.stream_arn);
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

/// Region and account of an ARN.
fn place(arn: &str) -> (&str, &str) {
    let mut parts = arn.split(':').skip(3);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

fn timestamp(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let time = i64::try_from(seconds).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    time.unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::batch::tests::entry;
    use super::*;

    const SENDER: Sender<'_> = Sender { pipe: "orders", shard_id: "shardId-00000001-orders" };

    #[test]
    fn a_dead_letter_has_the_form_of_eventbridge_pipes() {
        let stream_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/1".to_owned();
        let created = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let entries = [
            Entry { stream_arn: stream_arn.clone(), created: created(10), ..entry(5) },
            Entry { stream_arn: stream_arn.clone(), created: created(20), ..entry(7) },
        ];
        let letter = SENDER.letter(&entries, Condition::RetryAttemptsExhausted, created(30));
        let expected = json!({
            "context": {
                "partnerResourceArn": "arn:aws:pipes:us-east-1:000000000000:pipe/orders",
                "condition": "RetryAttemptsExhausted",
            },
            "version": "1.0",
            "timestamp": "1970-01-01T00:00:30Z",
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000001-orders",
                "startSequenceNumber": "5",
                "endSequenceNumber": "7",
                "approximateArrivalOfFirstRecord": "1970-01-01T00:00:10Z",
                "approximateArrivalOfLastRecord": "1970-01-01T00:00:20Z",
                "batchSize": 2,
                "streamArn": stream_arn,
            },
        });
        assert_eq!(letter, Some(expected));
        assert_eq!(SENDER.letter(&[], Condition::RecordAgeExceeded, created(0)), None);
    }
}
