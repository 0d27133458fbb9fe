//! Reads items as DynamoDB writes them: the output of `aws dynamodb scan`, the lines of an export, or one
//! item a line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Deserializer, Map, Value as Json};
use tablecast_values::located::Located;
use tablecast_values::value::Value;

pub type Item = BTreeMap<String, Attribute>;

/// A value with its DynamoDB type: `{"S": "..."}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Attribute {
    S(String),
    N(String),
    /// Base64.
    B(String),
    #[serde(rename = "BOOL")]
    Bool(bool),
    #[serde(rename = "NULL")]
    Null(bool),
    M(Item),
    L(Vec<Attribute>),
    SS(Vec<String>),
    NS(Vec<String>),
    /// Base64 each.
    BS(Vec<String>),
}

/// Reads all items of a text. An error names the line, or the item and the attribute.
pub fn read(text: &str) -> Result<Vec<Item>, Located> {
    let mut items = Vec::new();
    for document in Deserializer::from_str(text).into_iter::<Json>() {
        let document = document.map_err(|error| {
            Located::new(format!("line {}", error.line()), format!("is not JSON: {error}"))
        })?;
        for fields in objects(document)? {
            items.push(item(fields).map_err(|error| error.within(&format!("item {}", items.len() + 1)))?);
        }
    }
    Ok(items)
}

/// Returns the items of a scan's result, of an export's line `{"Item": ...}`, or the item itself.
fn objects(document: Json) -> Result<Vec<Map<String, Json>>, Located> {
    let elements = match document {
        Json::Object(mut fields) => match (fields.remove("Items"), fields.len()) {
            (Some(Json::Array(items)), _) => items,
            (Some(other), _) => {
                vec![Json::Object([("Items".to_owned(), other)].into_iter().chain(fields).collect())]
            }
            (None, 1) if fields.contains_key("Item") => fields.into_iter().map(|(_, item)| item).collect(),
            (None, _) => vec![Json::Object(fields)],
        },
        Json::Array(items) => items,
        other => vec![other],
    };
    let object = |element| match element {
        Json::Object(fields) => Ok(fields),
        _ => Err(Located::new("an item", "is not an object: write it as {\"name\": {\"S\": \"...\"}}")),
    };
    elements.into_iter().map(object).collect()
}

fn item(fields: Map<String, Json>) -> Result<Item, Located> {
    fields
        .into_iter()
        .map(|(name, value)| Ok((name.clone(), attribute(value).map_err(|e| e.within(&name))?)))
        .collect()
}

fn attribute(value: Json) -> Result<Attribute, Located> {
    let form = "is not a DynamoDB value: write it as {\"S\": \"...\"}, {\"N\": \"12.5\"} and so on";
    let attribute: Attribute = serde_json::from_value(value).map_err(|_| Located::here(form))?;
    match has_valid_numbers(&attribute) {
        true => Ok(attribute),
        false => Err(Located::here("contains an N that is not a number")),
    }
}

fn has_valid_numbers(attribute: &Attribute) -> bool {
    let is_number = |text: &String| Value::number(text.into()).is_some();
    match attribute {
        Attribute::N(text) => is_number(text),
        Attribute::NS(texts) => texts.iter().all(is_number),
        Attribute::M(members) => members.values().all(has_valid_numbers),
        Attribute::L(elements) => elements.iter().all(has_valid_numbers),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
