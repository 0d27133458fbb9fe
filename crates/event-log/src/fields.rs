//! The attributes of an item.

use aws_sdk_dynamodb::types::AttributeValue;

pub(crate) use tablecast_aws::Fields;

/// The text of an attribute. Empty if it has none.
pub(crate) fn text(fields: &Fields, name: &str) -> String {
    match fields.get(name) {
        Some(AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    }
}
