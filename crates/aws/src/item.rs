use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// The attributes of an item.
pub type Fields = HashMap<String, AttributeValue>;

/// An attribute has a type that this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an attribute has an unknown type: update tablecast")]
pub struct UnknownAttribute;

/// An item in DynamoDB JSON: `{"total": {"N": "42"}}`.
pub fn item_json(item: &Fields) -> Result<Map<String, Value>, UnknownAttribute> {
    item.iter().map(|(name, value)| Ok((name.clone(), attribute(value)?))).collect()
}

/// An item cannot be read as data of this form.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableItem {
    #[error(transparent)]
    Unknown(#[from] UnknownAttribute),
    #[error(transparent)]
    Misshapen(#[from] serde_dynamo::Error),
}

/// Reads an item as data. `serde_dynamo` panics at a type that it does not know.
pub fn from_item<T: DeserializeOwned>(item: Fields) -> Result<T, UnreadableItem> {
    match item.values().all(is_known) {
        true => Ok(serde_dynamo::from_item(item)?),
        false => Err(UnknownAttribute.into()),
    }
}

fn is_known(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::M(members) => members.values().all(is_known),
        AttributeValue::L(elements) => elements.iter().all(is_known),
        value => !value.is_unknown(),
    }
}

fn attribute(value: &AttributeValue) -> Result<Value, UnknownAttribute> {
    let base64 = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
    Ok(match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(digits) => json!({ "N": digits }),
        AttributeValue::B(bytes) => json!({ "B": base64(bytes.as_ref()) }),
        AttributeValue::Bool(truth) => json!({ "BOOL": truth }),
        AttributeValue::Null(truth) => json!({ "NULL": truth }),
        AttributeValue::M(members) => json!({ "M": item_json(members)? }),
        AttributeValue::L(elements) => {
            json!({ "L": elements.iter().map(attribute).collect::<Result<Vec<_>, _>>()? })
        }
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        AttributeValue::Ns(numbers) => json!({ "NS": numbers }),
        AttributeValue::Bs(all) => {
            json!({ "BS": all.iter().map(|bytes| base64(bytes.as_ref())).collect::<Vec<_>>() })
        }
        _ => return Err(UnknownAttribute),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::primitives::Blob;

    use super::*;

    #[test]
    fn an_item_keeps_the_type_of_each_attribute() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let bytes = |bytes: &str| Blob::new(bytes.as_bytes());
        let attributes = [
            ("text", text("a"), json!({"S": "a"})),
            ("number", AttributeValue::N("1.50".to_owned()), json!({"N": "1.50"})),
            ("bytes", AttributeValue::B(bytes("ab?")), json!({"B": "YWI/"})),
            ("truth", AttributeValue::Bool(false), json!({"BOOL": false})),
            ("nothing", AttributeValue::Null(true), json!({"NULL": true})),
            (
                "map",
                AttributeValue::M([("in".to_owned(), text("b"))].into()),
                json!({"M": {"in": {"S": "b"}}}),
            ),
            ("list", AttributeValue::L(vec![text("c")]), json!({"L": [{"S": "c"}]})),
            ("texts", AttributeValue::Ss(vec!["d".to_owned()]), json!({"SS": ["d"]})),
            ("numbers", AttributeValue::Ns(vec!["1".to_owned()]), json!({"NS": ["1"]})),
            ("blobs", AttributeValue::Bs(vec![bytes("ab?")]), json!({"BS": ["YWI/"]})),
        ];
        let item = attributes.clone().map(|(name, value, _)| (name.to_owned(), value)).into();
        let expected = attributes.map(|(name, _, json)| (name.to_owned(), json)).into_iter().collect();
        assert_eq!(item_json(&item), Ok(expected));
    }
}
