use serde_json::json;
use tablecast_rejected::{Cause, RejectedRecord};

use super::*;
use crate::mode::Mode;
use crate::record::Record;

const STREAM: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/x";

/// A dead letter of the records 100 to 200.
fn letter(at: &str) -> DeadLetter {
    DeadLetter {
        pipe: "orders".to_owned(),
        id: "1".to_owned(),
        receipt: String::new(),
        range: ShardRange {
            shard_id: "shard".to_owned(),
            start_sequence_number: "100".to_owned(),
            end_sequence_number: "200".to_owned(),
            approximate_arrival_of_first_record: "2026-11-23T09:00:00.250Z".to_owned(),
            approximate_arrival_of_last_record: "2026-11-23T09:00:01Z".to_owned(),
            batch_size: 3,
            stream_arn: STREAM.to_owned(),
        },
        condition: "RetryAttemptsExhausted".to_owned(),
        at: at.to_owned(),
        open: 0,
        lacks_records: true,
        unread: None,
    }
}

fn record(id: &str, stream: &str, sequence: &str, is_rejected: bool) -> Record {
    let keys = json!({ "id": { "S": id } });
    let change = json!({ "Keys": keys, "SequenceNumber": sequence });
    let json = json!({ "eventName": "INSERT", "eventSourceARN": stream, "dynamodb": change });
    let mut record = Record::of_letter(id.to_owned(), "orders", &json.to_string(), 0).unwrap();
    let cause = Cause { path: "data".to_owned(), reason: "is missing".to_owned() };
    let rejected = RejectedRecord { pipe: "orders".to_owned(), id: id.to_owned(), parts: 1, at: 0, cause };
    record.rejected = is_rejected.then_some(rejected);
    record
}

#[tokio::test]
async fn only_rejected_records_of_the_letters_range_are_known() {
    let mut work = Work::new(Mode::Show);
    work.records = vec![
        record("a", STREAM, "150", true),
        record("other stream", "arn:other", "150", true),
        record("later", STREAM, "201", true),
        record("not rejected", STREAM, "150", false),
    ];
    let known = rejected(&work, &letter("2026-11-23T10:00:00Z"));
    assert!(matches!(&known[..], [Known::Rejected { id, .. }] if id == "a"), "{known:?}");
}

#[test]
fn a_span_is_from_the_first_change_to_the_last_letter() {
    let letters = [letter("2026-11-23T10:00:00Z"), letter("2026-11-23T11:00:00+01:00")];
    let span = Span::of(letters.iter());
    assert_eq!(Some(span.first), milliseconds_of("2026-11-23T09:00:00.250Z"));
    assert_eq!((span.last - span.first, milliseconds_of("yesterday")), (3_599_750, None));
}
