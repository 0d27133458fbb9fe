use std::time::Duration;

use super::super::entry::tests::entry;
use super::*;

const ORIGIN: Origin<'_> = Origin { pipe: "orders", shard_id: "shardId-00000001-orders" };

#[test]
fn a_dead_letter_has_the_shape_of_eventbridge_pipes() {
    let stream_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/1".to_owned();
    let created = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let entries = [
        Entry { stream_arn: stream_arn.clone(), created: created(10), ..entry(5) },
        Entry { stream_arn: stream_arn.clone(), created: created(20), ..entry(7) },
    ];
    let now = created(30) + Duration::from_micros(717_900);
    let letter = ORIGIN.dead_letter(&entries, Condition::RetryAttemptsExhausted, now);
    let expected = json!({
        "context": {
            "partnerResourceArn": "arn:aws:pipes:us-east-1:000000000000:pipe/orders",
            "condition": "RetryAttemptsExhausted",
        },
        "version": "1.0",
        "timestamp": "1970-01-01T00:00:30.717Z",
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
    assert_eq!(ORIGIN.dead_letter(&[], Condition::RecordAgeExceeded, created(0)), None);
}
