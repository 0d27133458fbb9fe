//! Items as DynamoDB writes them: what `aws dynamodb scan` prints, an export's lines, or one item a line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Deserializer, Map, Value as Json};

use tablecast_values::located::Located;
use tablecast_values::value::Value;

pub type Item = BTreeMap<String, Attribute>;

/// An attribute's value with its type: `{"S": "..."}`.
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

/// All items of a text, or on which line or at which item and attribute it is none.
pub fn read(text: &str) -> Result<Vec<Item>, Located> {
    let mut items = Vec::new();
    for document in Deserializer::from_str(text).into_iter::<Json>() {
        let document = document.map_err(|error| {
            Located::new(format!("line {}", error.line()), format!("is no JSON: {error}"))
        })?;
        for fields in objects(document)? {
            items.push(item(fields).map_err(|error| error.within(&format!("item {}", items.len() + 1)))?);
        }
    }
    Ok(items)
}

/// The items of a page that a scan answers, of an export's line `{"Item": ...}`, or the one item that this is.
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
        _ => Err(Located::new("an item", "is no object: an item is {\"name\": {\"S\": \"...\"}}")),
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
    let form = "is not as DynamoDB writes it, {\"S\": \"...\"}, {\"N\": \"12.5\"} and so on";
    let attribute: Attribute = serde_json::from_value(value).map_err(|_| Located::here(form))?;
    match numbers_hold(&attribute) {
        true => Ok(attribute),
        false => Err(Located::here("holds an N that is no number")),
    }
}

fn numbers_hold(attribute: &Attribute) -> bool {
    let holds = |text: &String| Value::number(text.into()).is_some();
    match attribute {
        Attribute::N(text) => holds(text),
        Attribute::NS(texts) => texts.iter().all(holds),
        Attribute::M(members) => members.values().all(numbers_hold),
        Attribute::L(elements) => elements.iter().all(numbers_hold),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_an_export_lines_and_one_item_are_read_alike() {
        let (one, two) = (r#"{"a":{"S":"x"}}"#, r#"{"a":{"N":"12.50"},"m":{"M":{"b":{"BOOL":true}}}}"#);
        let expected = read(&format!("{one}\n{two}\n")).unwrap();
        assert_eq!(expected.len(), 2);
        assert_eq!(expected[1]["a"], Attribute::N("12.50".into()));
        let scan = format!(r#"{{"Items":[{one},{two}],"Count":2,"ScannedCount":2,"ConsumedCapacity":null}}"#);
        let export = format!("{{\"Item\":{one}}}\n{{\"Item\":{two}}}");
        for text in [scan, export, format!("[{one},{two}]"), format!("{one} {two}")] {
            assert_eq!(read(&text).unwrap(), expected, "{text}");
        }
        assert_eq!(read(" ").unwrap(), []);
        assert!(read(r#"{"Items":{"L":[]},"b":{"S":"x"}}"#).unwrap()[0].contains_key("Items"));
    }

    #[test]
    fn what_is_no_item_is_told_with_its_place() {
        for (text, message) in [
            ("{\"a\":\n}", "line 2: is no JSON"),
            ("[1]", "an item: is no object"),
            (r#"{"a":{"S":"x"}} {"b":"plain"}"#, "item 2.b: is not as DynamoDB writes it"),
            (r#"{"a":{"Q":"x"}}"#, "item 1.a: is not as DynamoDB writes it"),
            (r#"{"a":{"L":[{"N":"twelve"}]}}"#, "item 1.a: holds an N that is no number"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.starts_with(message), "{text}: {error}");
        }
    }
}
