//! GetRecords without writes that changed nothing. DynamoDB writes no record for them. dynoxide does.

use axum::body::Bytes;
use axum::http::{HeaderMap, Response};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

const GET_RECORDS: &[u8] = b"DynamoDBStreams_20120810.GetRecords";
/// The checksum of the body, which SDKs verify only if it is present.
const CHECKSUM: &str = "x-amz-crc32";

/// A record as far as it shows whether it changed something. Numbers stay as they were written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_name: String,
    dynamodb: Change,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    old_image: Option<Value>,
    new_image: Option<Value>,
}

pub fn is_get_records(headers: &HeaderMap) -> bool {
    headers.get("x-amz-target").is_some_and(|target| target.as_bytes() == GET_RECORDS)
}

/// Removes these records from a response.
pub fn without_unchanged(response: Response<Bytes>) -> Response<Bytes> {
    let Some(body) = filtered(response.body()) else { return response };
    let (mut head, _) = response.into_parts();
    head.headers.remove(CHECKSUM);
    Response::from_parts(head, body.into())
}

/// Returns the new body, or `None` if nothing is removed.
fn filtered(body: &[u8]) -> Option<String> {
    let mut members: std::collections::BTreeMap<String, Box<RawValue>> = serde_json::from_slice(body).ok()?;
    let records: Vec<Box<RawValue>> = serde_json::from_str(members.get("Records")?.get()).ok()?;
    let changed: Vec<_> = records.iter().filter(|record| changes_something(record)).collect();
    if changed.len() == records.len() {
        return None;
    }
    members.insert("Records".to_owned(), serde_json::value::to_raw_value(&changed).ok()?);
    serde_json::to_string(&members).ok()
}

fn changes_something(record: &RawValue) -> bool {
    let Ok(Record { event_name, dynamodb }) = serde_json::from_str(record.get()) else { return true };
    event_name != "MODIFY" || dynamodb.new_image.is_none() || dynamodb.new_image != dynamodb.old_image
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_modify_record_with_equal_images_is_removed() {
        let record = |name: &str, old: &str, new: &str| {
            format!(r#"{{"eventName":"{name}","dynamodb":{{"OldImage":{old},"NewImage":{new}}},"n":1.50}}"#)
        };
        let (one, two) = (r#"{"id":{"S":"1"}}"#, r#"{"id":{"S":"2"}}"#);
        let kept = [record("MODIFY", one, two), record("INSERT", one, one), record("MODIFY", "null", "null")];
        let same = record("MODIFY", one, one);
        let body = format!(r#"{{"NextShardIterator":"i","Records":[{same},{}]}}"#, kept.join(","));
        let expected = format!(r#"{{"NextShardIterator":"i","Records":[{}]}}"#, kept.join(","));
        assert_eq!(filtered(body.as_bytes()), Some(expected.clone()));
        assert_eq!(filtered(expected.as_bytes()), None);
        assert_eq!(filtered(br#"{"__type":"ExpiredIteratorException"}"#), None);
    }
}
