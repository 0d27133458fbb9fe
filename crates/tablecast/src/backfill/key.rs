//! The last key of a page, as a checkpoint keeps it: DynamoDB JSON.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value as Json};

/// Returns the key for a request. `None` for the start of a segment.
pub fn attributes(key: &Map<String, Json>) -> Result<Option<HashMap<String, AttributeValue>>, String> {
    let attributes = key.iter().map(|(name, value)| {
        let value = attribute(value).ok_or_else(|| format!("the key attribute {name} is {value}"))?;
        Ok((name.clone(), value))
    });
    let attributes: HashMap<_, _> = attributes.collect::<Result<_, String>>()?;
    Ok(Some(attributes).filter(|attributes| !attributes.is_empty()))
}

/// A key attribute is a string, a number or bytes.
fn attribute(value: &Json) -> Option<AttributeValue> {
    let (kind, text) = value.as_object()?.iter().next()?;
    let text = text.as_str()?;
    match kind.as_str() {
        "S" => Some(AttributeValue::S(text.to_owned())),
        "N" => Some(AttributeValue::N(text.to_owned())),
        "B" => Some(AttributeValue::B(Blob::new(BASE64_STANDARD.decode(text).ok()?))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use tablecast_aws::item_json;

    use super::*;

    #[test]
    fn a_key_is_the_same_after_a_checkpoint() {
        let key: HashMap<_, _> = [
            ("a".to_owned(), AttributeValue::S("x".to_owned())),
            ("b".to_owned(), AttributeValue::N("1".to_owned())),
            ("c".to_owned(), AttributeValue::B(Blob::new([0, 255]))),
        ]
        .into();
        assert_eq!(attributes(&item_json(&key).unwrap()), Ok(Some(key)));
        assert_eq!(attributes(&Map::new()), Ok(None));
        for wrong in [serde_json::json!({"BOOL": true}), serde_json::json!({"B": "?"}), Json::Null] {
            assert!(attributes(&Map::from_iter([("a".to_owned(), wrong)])).is_err());
        }
    }
}
