//! The key of a table.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tablecast_definitions::definition::{KeyType, Keys};

use super::problem;
use crate::database::error::DatabaseError;

/// The names and types of the key attributes, with the partition key first.
pub struct Key(Vec<(String, &'static str)>);

impl Key {
    /// A partition key and a sort key of text.
    pub fn of_texts(partition: &str, sort: &str) -> Self {
        Self([partition, sort].map(|name| (name.to_owned(), "S")).into())
    }

    pub fn of(table: &str, keys: &Keys) -> Result<Self, DatabaseError> {
        let parts = [Some(&keys.partition), keys.sort.as_ref()];
        parts.into_iter().flatten().map(|part| one_attribute(table, part)).collect::<Result<_, _>>().map(Self)
    }

    pub fn schema(&self) -> Value {
        let kinds = ["HASH", "RANGE"];
        let parts = self.0.iter().zip(kinds);
        parts.map(|((name, _), kind)| json!({"AttributeName": name, "KeyType": kind})).collect()
    }

    pub fn attributes(&self) -> Value {
        self.0.iter().map(|(name, kind)| json!({"AttributeName": name, "AttributeType": kind})).collect()
    }
}

fn one_attribute(
    table: &str,
    part: &BTreeMap<String, KeyType>,
) -> Result<(String, &'static str), DatabaseError> {
    match part.iter().collect::<Vec<_>>()[..] {
        [(name, kind)] => Ok((name.clone(), letter(*kind))),
        _ => Err(problem(
            table,
            "the partition key and the sort key must have one attribute each, such as `partition: { id: S }`",
        )),
    }
}

fn letter(kind: KeyType) -> &'static str {
    match kind {
        KeyType::S => "S",
        KeyType::N => "N",
        KeyType::B => "B",
    }
}

/// Refuses a table that exists with another key.
pub fn check_key(table: &str, existing: &dynoxide::TableMetadata, key: &Key) -> Result<(), DatabaseError> {
    if has_key(existing, key)? {
        return Ok(());
    }
    let present = &existing.key_schema;
    let reason = format!(
        "the table exists with another key: {present}; delete it, or correct `keys` in the pipe file"
    );
    Err(problem(table, &reason))
}

fn has_key(existing: &dynoxide::TableMetadata, key: &Key) -> Result<bool, DatabaseError> {
    let schema: Value = serde_json::from_str(&existing.key_schema)?;
    let attributes: Vec<Value> = serde_json::from_str(&existing.attribute_definitions)?;
    let wanted = key.attributes();
    let defined = wanted.as_array().into_iter().flatten().all(|attribute| attributes.contains(attribute));
    Ok(schema == key.schema() && defined)
}
