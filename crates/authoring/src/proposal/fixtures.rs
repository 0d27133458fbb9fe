//! Stream records: those that the pipe file's tests name, and those that sampled items would be.

use serde::Serialize;

use super::outline::{Outline, Part};
use super::sample::Item;
use super::{File, Sample, invented};

/// Any account, stream and time: they say nothing about the table.
const ARN: [&str; 2] = ["arn:aws:dynamodb:eu-west-1:111122223333:table/", "/stream/2026-11-23T00:00:00.000"];
const SECONDS: f64 = 1_795_404_522.0;

/// As EventBridge Pipes hand it over.
#[derive(Serialize)]
pub struct Record<'r> {
    #[serde(rename = "eventID")]
    event_id: String,
    #[serde(rename = "eventName")]
    operation: &'static str,
    #[serde(rename = "eventVersion")]
    version: &'static str,
    #[serde(rename = "eventSource")]
    source: &'static str,
    #[serde(rename = "awsRegion")]
    region: &'static str,
    dynamodb: Change<'r>,
    #[serde(rename = "eventSourceARN")]
    arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Change<'r> {
    approximate_creation_date_time: f64,
    keys: Item,
    sequence_number: String,
    size_bytes: u32,
    stream_view_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_image: Option<&'r Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_image: Option<&'r Item>,
}

/// What happened to an item: which it was and which it is.
pub fn record<'r>(
    sample: &Sample,
    number: usize,
    old: Option<&'r Item>,
    new: Option<&'r Item>,
) -> Record<'r> {
    let operation = match (old, new) {
        (None, _) => Part::Created,
        (Some(_), Some(_)) => Part::Changed,
        (Some(_), None) => Part::Removed,
    };
    let item = new.or(old);
    let part = |name: &str| Some((name.to_owned(), item?.get(name)?.clone()));
    Record {
        event_id: format!("{number:032}"),
        operation: operation.operation(),
        version: "1.1",
        source: "aws:dynamodb",
        region: "eu-west-1",
        dynamodb: Change {
            approximate_creation_date_time: SECONDS,
            keys: sample.key.names().filter_map(part).collect(),
            sequence_number: format!("1110000{number:014}"),
            size_bytes: 200,
            stream_view_type: "NEW_AND_OLD_IMAGES",
            new_image: new,
            old_image: old,
        },
        arn: [ARN[0], &sample.table, ARN[1]].concat(),
    }
}

pub fn fixture(sample: &Sample, pipe: &str, outline: &Outline<'_>, part: Part) -> File {
    let key = &sample.key;
    let (one, two) = (invented::item(outline, key, 1), invented::item(outline, key, 2));
    let (number, old, new) = match part {
        Part::Created => (1, None, Some(&one)),
        Part::Changed => (2, Some(&one), Some(&two)),
        Part::Removed => (3, Some(&two), None),
    };
    let text = serde_json::to_string_pretty(&record(sample, number, old, new)).unwrap_or_default();
    File { name: name(pipe, outline, part), text: text + "\n" }
}

/// From the pipe file's place: `fixtures/orders-insert.json`, or `fixtures/shop-order-insert.json` where there are several kinds.
pub fn name(pipe: &str, outline: &Outline<'_>, part: Part) -> String {
    let kind =
        outline.entity.condition.as_ref().map(|_| format!("{}-", outline.entity.noun)).unwrap_or_default();
    format!("fixtures/{pipe}-{kind}{}.json", part.operation().to_lowercase())
}
