//! An item that was read from its table, as a stream record with the operation READ. So one parser, with one set
//! of rules and limits, reads both.

use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

/// The sequence number of a read that is no news. Every change of an item has a greater one. So no consumer that
/// follows the rule of the sequence replaces a change that it has by an item that was read.
pub const BEFORE_EVERY_CHANGE: &str = "0";

/// The item that a read returned.
#[derive(Debug, Clone, Copy)]
pub struct ReadItem<'a> {
    /// The name of the table, as the pipe has it.
    pub table: &'a str,
    /// The names of the table's key attributes.
    pub keys: &'a [String],
    /// The attributes in DynamoDB JSON: `{"total": {"N": "42"}}`.
    pub attributes: &'a Map<String, Json>,
    /// When the read began, in milliseconds since the Unix epoch.
    pub time: i64,
    /// A read has no place in the stream. A sequence number that the reader knows to be lower than that of every
    /// later change goes here.
    pub sequence: Option<&'a str>,
}

/// Returns the record of an item that was read, in JSON. Its `eventID` depends on the table, on the item and on the
/// sequence number, so that two reads of an unchanged item have the same events.
pub fn read_record(read: &ReadItem<'_>) -> String {
    let is_key = |name: &String| read.keys.contains(name);
    let keys: Map<String, Json> = (read.attributes.iter().filter(|(name, _)| is_key(name)))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let mut change = json!({
        // Whole seconds, as in the stream. A change of the same second has the same time.
        "ApproximateCreationDateTime": read.time.div_euclid(1000),
        "Keys": keys,
        "NewImage": read.attributes,
    });
    if let Some(sequence) = read.sequence {
        change["SequenceNumber"] = sequence.into();
    }
    let arn = format!("arn:aws:dynamodb:::table/{}", read.table);
    let event_id = event_id(read);
    json!({"eventID": event_id, "eventName": "READ", "eventSourceARN": arn, "dynamodb": change}).to_string()
}

/// 128 bits are as long as an `eventID` of DynamoDB.
fn event_id(read: &ReadItem<'_>) -> String {
    let mut hash = Sha256::new();
    add(&mut hash, &read.table.into());
    add_object(&mut hash, read.attributes);
    // An event that is news for a consumer must not have the id of one that was not.
    if let Some(sequence) = read.sequence.map(|all| all.trim_start_matches('0')).filter(|one| !one.is_empty())
    {
        add_text(&mut hash, b'#', sequence);
    }
    let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("read-{hex}")
}

/// Adds a value, with the names of objects in order. Each part has its length first, so that no two values have
/// the same bytes.
fn add(hash: &mut Sha256, value: &Json) {
    match value {
        Json::Object(members) => add_object(hash, members),
        Json::Array(elements) => {
            add_text(hash, b'[', &elements.len().to_string());
            elements.iter().for_each(|element| add(hash, element));
        }
        Json::String(text) => add_text(hash, b'"', text),
        other => add_text(hash, b'=', &other.to_string()),
    }
}

fn add_object(hash: &mut Sha256, members: &Map<String, Json>) {
    add_text(hash, b'{', &members.len().to_string());
    let mut names: Vec<_> = members.iter().collect();
    names.sort_by_key(|(name, _)| *name);
    for (name, value) in names {
        add_text(hash, b'"', name);
        match (name.as_str(), value) {
            // DynamoDB defines no order of a set's elements.
            ("SS" | "NS" | "BS", Json::Array(elements)) => add(hash, &sorted(elements)),
            _ => add(hash, value),
        }
    }
}

fn sorted(elements: &[Json]) -> Json {
    let mut elements = elements.to_vec();
    elements.sort_by_key(Json::to_string);
    elements.into()
}

fn add_text(hash: &mut Sha256, kind: u8, text: &str) {
    hash.update([kind]);
    hash.update(text.len().to_be_bytes());
    hash.update(text);
}

#[cfg(test)]
mod tests;
