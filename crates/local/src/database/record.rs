use std::time::{Duration, SystemTime};

use dynoxide::Item;
use dynoxide::actions::get_records;
use dynoxide::types::item_size;
use serde_json::Value;

use super::sequence::Sequence;

/// A change, as Lambda and Pipes deliver it.
#[derive(Debug, Clone)]
pub struct Record {
    pub event_id: String,
    pub sequence: Sequence,
    /// Whole seconds, as in DynamoDB.
    pub created: SystemTime,
    /// The item's partition key. Records with the same key stay in order.
    pub partition: String,
    pub json: Value,
}

/// The origin of a record, which the engine does not know.
pub struct Origin<'a> {
    pub region: &'a str,
    pub stream_arn: &'a str,
    pub partition_key: &'a str,
}

/// DynamoDB writes no record if an item does not change. dynoxide does.
pub fn changes_something(record: &get_records::Record) -> bool {
    let change = &record.dynamodb;
    record.event_name != "MODIFY" || change.new_image.is_none() || change.new_image != change.old_image
}

/// The size as DynamoDB counts it: names and values of the key and of both images. dynoxide counts the text of its
/// JSON.
pub fn size_bytes(keys: &Item, old: Option<&Item>, new: Option<&Item>) -> usize {
    [Some(keys), old, new].into_iter().flatten().map(item_size).sum()
}

/// The size of a record as DynamoDB counts it, in bytes.
pub fn size_of(record: &get_records::Record) -> usize {
    let change = &record.dynamodb;
    size_bytes(&change.keys, change.old_image.as_ref(), change.new_image.as_ref())
}

impl Record {
    pub fn new(record: &get_records::Record, origin: &Origin<'_>) -> serde_json::Result<Self> {
        let mut json = serde_json::to_value(record)?;
        json["dynamodb"]["SizeBytes"] = size_of(record).into();
        json["awsRegion"] = origin.region.into();
        json["eventSourceARN"] = origin.stream_arn.into();
        let seconds = record.dynamodb.approximate_creation_date_time.max(0.0);
        Ok(Self {
            event_id: record.event_id.clone(),
            sequence: record.dynamodb.sequence_number.parse().map_err(serde::de::Error::custom)?,
            created: SystemTime::UNIX_EPOCH + Duration::try_from_secs_f64(seconds).unwrap_or_default(),
            partition: json["dynamodb"]["Keys"][origin.partition_key].to_string(),
            json,
        })
    }
}
