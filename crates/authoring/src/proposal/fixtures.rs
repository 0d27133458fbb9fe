//! Stream records: for the pipe file's tests, and of sampled items for the dry run.

use serde::Serialize;

use super::entity_events::{EntityEvents, EventKind};
use super::file::File;
use super::items::Item;
use super::placeholder;
use super::sample::Sample;

/// The beginning and the end of a stream's ARN, with a made-up account and time.
const ARN: [&str; 2] = ["arn:aws:dynamodb:eu-west-1:111122223333:table/", "/stream/2026-11-23T00:00:00.000"];
const SECONDS: f64 = 1_795_404_522.0;

/// A record as EventBridge Pipes passes it on.
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

/// Returns the record of a change from the old image to the new one.
pub fn record<'r>(
    sample: &Sample,
    number: usize,
    old: Option<&'r Item>,
    new: Option<&'r Item>,
) -> Record<'r> {
    let kind = match (old, new) {
        (None, _) => EventKind::Created,
        (Some(_), Some(_)) => EventKind::Changed,
        (Some(_), None) => EventKind::Removed,
    };
    Record {
        event_id: format!("{number:032}"),
        operation: kind.operation(),
        version: "1.1",
        source: "aws:dynamodb",
        region: "eu-west-1",
        dynamodb: change(sample, number, old, new),
        arn: [ARN[0], &sample.table, ARN[1]].concat(),
    }
}

fn change<'r>(sample: &Sample, number: usize, old: Option<&'r Item>, new: Option<&'r Item>) -> Change<'r> {
    let item = new.or(old);
    let attribute = |name: &str| Some((name.to_owned(), item?.get(name)?.clone()));
    Change {
        approximate_creation_date_time: SECONDS,
        keys: sample.key.names().filter_map(attribute).collect(),
        sequence_number: format!("1110000{number:014}"),
        size_bytes: 200,
        stream_view_type: "NEW_AND_OLD_IMAGES",
        new_image: new,
        old_image: old,
    }
}

pub fn fixture(sample: &Sample, pipe: &str, events: &EntityEvents<'_>, kind: EventKind) -> File {
    let key = &sample.key;
    let (one, two) = (placeholder::item(events, key, 1), placeholder::item(events, key, 2));
    let (number, old, new) = match kind {
        EventKind::Created | EventKind::State => (1, None, Some(&one)),
        EventKind::Changed => (2, Some(&one), Some(&two)),
        EventKind::Removed => (3, Some(&two), None),
    };
    let text = serde_json::to_string_pretty(&record(sample, number, old, new)).unwrap_or_default();
    File { name: name(pipe, events, kind), text: text + "\n" }
}

/// Returns a path relative to the pipe file: `fixtures/orders-insert.json`. With several kinds of items it
/// contains the kind: `fixtures/shop-order-insert.json`.
pub fn name(pipe: &str, events: &EntityEvents<'_>, kind: EventKind) -> String {
    let Some(_) = &events.entity.condition else {
        return format!("fixtures/{pipe}-{}.json", kind.operation().to_lowercase());
    };
    format!("fixtures/{pipe}-{}-{}.json", events.entity.noun, kind.operation().to_lowercase())
}
