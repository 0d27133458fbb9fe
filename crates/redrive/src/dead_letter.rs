use serde::Deserialize;

use crate::shard::{ShardError, ShardRange};

/// A batch that a pipe gave up: a message in its queue. It has no records, only their places in the stream.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// The name of the pipe's file.
    pub pipe: String,
    /// The id of the message.
    pub id: String,
    pub(crate) receipt: String,
    pub range: ShardRange,
    /// `RecordAgeExceeded` or `RetryAttemptsExhausted`.
    pub condition: String,
    /// When the pipe gave it up, RFC 3339.
    pub at: String,
    /// Its records that are not redriven yet.
    pub(crate) open: usize,
    /// True if the stream does not have all of its records any more.
    pub(crate) lacks_records: bool,
    /// Why its shard could not be read.
    pub(crate) unread: Option<ShardError>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    context: Context,
    #[serde(default)]
    timestamp: String,
    #[serde(rename = "DDBStreamBatchInfo")]
    range: ShardRange,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    #[serde(default)]
    partner_resource_arn: String,
    #[serde(default)]
    condition: String,
}

impl DeadLetter {
    /// `None` for a message that the pipe `resource` did not send: a queue can have several senders.
    pub fn read(pipe: &str, resource: &str, id: String, receipt: String, body: &str) -> Option<Self> {
        let Body { context, timestamp, range } = serde_json::from_str(body).ok()?;
        let (_, sender) = context.partner_resource_arn.rsplit_once(":pipe/")?;
        (sender == resource).then(|| Self {
            pipe: pipe.to_owned(),
            id,
            receipt,
            range,
            condition: context.condition,
            at: timestamp,
            open: 0,
            lacks_records: false,
            unread: None,
        })
    }
}

#[cfg(test)]
pub mod tests {
    use serde_json::json;

    use super::*;

    pub fn letter(start: &str, end: &str) -> DeadLetter {
        let body = json!({
            "context": { "partnerResourceArn": "arn:aws:pipes:r:1:pipe/acme-orders", "condition": "RecordAgeExceeded" },
            "version": "1.0", "timestamp": "2026-11-23T09:00:00Z",
            "DDBStreamBatchInfo": {
                "shardId": "shardId-1", "startSequenceNumber": start, "endSequenceNumber": end, "batchSize": 3,
                "approximateArrivalOfFirstRecord": "2026-11-23T03:00:00Z",
                "approximateArrivalOfLastRecord": "2026-11-23T03:00:05Z",
                "streamArn": "arn:aws:dynamodb:r:1:table/orders/stream/2026",
            },
        });
        DeadLetter::read("orders", "acme-orders", "m".into(), "r".into(), &body.to_string()).unwrap()
    }

    #[test]
    fn messages_of_others_are_no_letters() {
        let read = |body: &str| DeadLetter::read("orders", "acme-orders", "m".into(), "r".into(), body);
        assert!(read("hello").is_none() && read("{}").is_none());
        let other = r#"{"context":{"partnerResourceArn":"arn:aws:pipes:r:1:pipe/other"},"DDBStreamBatchInfo":{"shardId":"s","startSequenceNumber":"1","endSequenceNumber":"1","streamArn":"a"}}"#;
        assert!(read(other).is_none());
        assert!(read(&other.replace("/other", "/acme-orders")).is_some());
    }
}
