//! GetRecords as DynamoDB answers it: without writes that changed nothing, for which dynoxide writes records, and with
//! the sizes that DynamoDB counts.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::{HeaderMap, Response};
use dynoxide::Item;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use super::record::size_bytes;

const GET_RECORDS: &[u8] = b"DynamoDBStreams_20120810.GetRecords";
/// The checksum of the body, which SDKs verify only if it is present.
const CHECKSUM: &str = "x-amz-crc32";

/// The members of an object. Numbers stay as they were written.
type Members = BTreeMap<String, Box<RawValue>>;

/// The items of a record.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    keys: Item,
    old_image: Option<Item>,
    new_image: Option<Item>,
}

pub fn is_get_records(headers: &HeaderMap) -> bool {
    headers.get("x-amz-target").is_some_and(|target| target.as_bytes() == GET_RECORDS)
}

pub fn as_dynamodb(response: Response<Bytes>) -> Response<Bytes> {
    let Some(body) = corrected(response.body()) else { return response };
    let (mut head, _) = response.into_parts();
    head.headers.remove(CHECKSUM);
    Response::from_parts(head, body.into())
}

/// Returns the new body, or `None` for an error.
fn corrected(body: &[u8]) -> Option<String> {
    let mut members: Members = serde_json::from_slice(body).ok()?;
    let records: Vec<Members> = serde_json::from_str(members.get("Records")?.get()).ok()?;
    let records: Vec<Members> = records.into_iter().filter_map(corrected_record).collect();
    members.insert("Records".to_owned(), to_raw_value(&records).ok()?);
    serde_json::to_string(&members).ok()
}
/// Returns the record with DynamoDB's size, or `None` if it changed nothing.
fn corrected_record(mut record: Members) -> Option<Members> {
    let Some((change, mut members)) = parts(&record) else { return Some(record) };
    let is_modify = record.get("eventName").is_some_and(|name| name.get() == "\"MODIFY\"");
    if is_modify && change.new_image.is_some() && change.new_image == change.old_image {
        return None;
    }
    let bytes = size_bytes(&change.keys, change.old_image.as_ref(), change.new_image.as_ref());
    members.insert("SizeBytes".to_owned(), to_raw_value(&bytes).ok()?);
    record.insert("dynamodb".to_owned(), to_raw_value(&members).ok()?);
    Some(record)
}

fn parts(record: &Members) -> Option<(Change, Members)> {
    let text = record.get("dynamodb")?.get();
    Some((serde_json::from_str(text).ok()?, serde_json::from_str(text).ok()?))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn record(name: &str, old: Option<Value>, new: Option<Value>) -> Value {
        let change =
            json!({"Keys": {"id": {"S": "Fred"}}, "OldImage": old, "NewImage": new, "SizeBytes": 77});
        json!({"eventName": name, "dynamodb": change})
    }

    fn item(id: &str) -> Option<Value> {
        Some(json!({"id": {"S": id}}))
    }

    fn records(body: &Value) -> Vec<Value> {
        let corrected: Value =
            serde_json::from_str(&corrected(body.to_string().as_bytes()).unwrap()).unwrap();
        assert_eq!(corrected["NextShardIterator"], "i");
        corrected["Records"].as_array().unwrap().clone()
    }

    #[test]
    fn a_modify_record_with_equal_images_is_removed() {
        let kept = [
            record("MODIFY", item("1"), item("2")),
            record("INSERT", item("1"), item("1")),
            record("MODIFY", None, None),
        ];
        let all = [&kept[..], &[record("MODIFY", item("1"), item("1"))]].concat();
        let names: Vec<Value> = records(&json!({"NextShardIterator": "i", "Records": all}))
            .into_iter()
            .map(|record| record["eventName"].clone())
            .collect();
        assert_eq!(names, ["MODIFY", "INSERT", "MODIFY"]);
        assert_eq!(corrected(br#"{"__type":"ExpiredIteratorException"}"#), None);
    }

    /// The sizes are those that AWS gave for these items.
    #[test]
    fn a_record_has_the_size_of_its_key_and_images() {
        let named = Some(json!({"id": {"S": "Fred"}, "name": {"S": "Fred"}}));
        let all = [
            record("INSERT", None, item("Fred")),
            record("MODIFY", item("Fred"), named),
            record("INSERT", None, Some(json!({"id": {"S": "id_value_1"}, "numericFilter": {"N": "42"}}))),
        ];
        let sizes: Vec<Value> = records(&json!({"NextShardIterator": "i", "Records": all}))
            .into_iter()
            .map(|record| record["dynamodb"]["SizeBytes"].clone())
            .collect();
        assert_eq!(sizes, [12, 26, 6 + 27]);
    }

    #[test]
    fn other_members_of_a_record_stay_as_they_were_written() {
        let body = r#"{"Records":[{"dynamodb":{"ApproximateCreationDateTime":1.50,"Keys":{}},"n":1.0}]}"#;
        let expected = r#"{"Records":[{"dynamodb":{"ApproximateCreationDateTime":1.50,"Keys":{},"SizeBytes":0},"n":1.0}]}"#;
        assert_eq!(corrected(body.as_bytes()).as_deref(), Some(expected));
    }
}
