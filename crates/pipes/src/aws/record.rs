//! Converts a record of DynamoDB Streams to the JSON that Lambda and Pipes deliver.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodbstreams::primitives::Blob;
use aws_sdk_dynamodbstreams::types::{AttributeValue, Identity, Record as Change, StreamRecord};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::checkpoints::Position;
use crate::source::{Record, SourceError};

type Item = HashMap<String, AttributeValue>;

/// Converts a record. Without the name of the partition key, only records of the same item stay in order.
pub fn convert(
    change: &Change,
    stream_arn: &str,
    partition_key: Option<&str>,
) -> Result<Record<Position>, SourceError> {
    let (Some(event_id), Some(details)) = (&change.event_id, &change.dynamodb) else {
        return Err("a stream record has no eventID or no dynamodb".into());
    };
    let sequence = details.sequence_number.clone().ok_or("a stream record has no SequenceNumber")?;
    let json = json(change, details, stream_arn)?;
    let keys = &json["dynamodb"]["Keys"];
    let partition = partition_key.and_then(|name| keys.get(name)).unwrap_or(keys).to_string();
    let position = Position::At(sequence.clone());
    Ok(Record { position, event_id: event_id.clone(), sequence, created: created(details), partition, json })
}

/// Returns a record of DynamoDB Streams in the JSON that a pipe delivers.
pub fn record_json(change: &Change, stream_arn: &str) -> Result<Value, SourceError> {
    let details = change.dynamodb.as_ref().ok_or("a stream record has no dynamodb")?;
    json(change, details, stream_arn)
}

fn json(change: &Change, details: &StreamRecord, stream_arn: &str) -> Result<Value, SourceError> {
    let members = [
        ("eventID", change.event_id.clone().map(Value::from)),
        ("eventName", change.event_name.as_ref().map(|name| name.as_str().into())),
        ("eventVersion", change.event_version.clone().map(Value::from)),
        ("eventSource", change.event_source.clone().map(Value::from)),
        ("awsRegion", change.aws_region.clone().map(Value::from)),
        ("eventSourceARN", Some(stream_arn.into())),
        ("dynamodb", Some(dynamodb(details)?)),
        ("userIdentity", change.user_identity.as_ref().map(identity)),
    ];
    Ok(object(members))
}

fn dynamodb(details: &StreamRecord) -> Result<Value, SourceError> {
    let image = |image: &Option<Item>| image.as_ref().map(item).transpose();
    let created = details.approximate_creation_date_time;
    let members = [
        ("ApproximateCreationDateTime", created.map(|time| time.as_secs_f64().into())),
        ("Keys", image(&details.keys)?),
        ("NewImage", image(&details.new_image)?),
        ("OldImage", image(&details.old_image)?),
        ("SequenceNumber", details.sequence_number.clone().map(Value::from)),
        ("SizeBytes", details.size_bytes.map(Value::from)),
        ("StreamViewType", details.stream_view_type.as_ref().map(|kind| kind.as_str().into())),
    ];
    Ok(object(members))
}

/// Builds an object from the present members. For example, an INSERT has no OldImage.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    present.collect::<Map<_, _>>().into()
}

/// Only a delete by TTL has an identity.
fn identity(identity: &Identity) -> Value {
    json!({"type": identity.r#type, "principalId": identity.principal_id})
}

fn item(item: &Item) -> Result<Value, SourceError> {
    let members = item.iter().map(|(name, value)| Ok((name.clone(), attribute(value)?)));
    members.collect::<Result<Map<_, _>, SourceError>>().map(Value::Object)
}

fn attribute(value: &AttributeValue) -> Result<Value, SourceError> {
    Ok(match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(digits) => json!({ "N": digits }),
        AttributeValue::B(bytes) => json!({ "B": base64(bytes) }),
        AttributeValue::Bool(value) => json!({ "BOOL": value }),
        AttributeValue::Null(value) => json!({ "NULL": value }),
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        AttributeValue::Ns(numbers) => json!({ "NS": numbers }),
        AttributeValue::Bs(all) => json!({ "BS": all.iter().map(base64).collect::<Vec<_>>() }),
        AttributeValue::M(members) => json!({ "M": item(members)? }),
        AttributeValue::L(values) => {
            json!({ "L": values.iter().map(attribute).collect::<Result<Vec<_>, _>>()? })
        }
        _ => return Err("a stream record has an attribute of an unknown type: update tablecast".into()),
    })
}

fn base64(bytes: &Blob) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn created(details: &StreamRecord) -> SystemTime {
    let seconds = details.approximate_creation_date_time.map_or(0.0, |time| time.as_secs_f64());
    SystemTime::UNIX_EPOCH + Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

#[cfg(test)]
mod tests;
