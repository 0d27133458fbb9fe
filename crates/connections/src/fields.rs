use std::collections::HashMap;
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;

/// The attributes of an item.
pub(crate) type Fields = HashMap<String, AttributeValue>;

/// None if the attribute is absent, or is no text.
pub(crate) fn text_of<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    fields.get(name)?.as_s().ok().map(String::as_str)
}

/// None if the attribute is absent, or is no number of this type.
pub(crate) fn number_of<T: FromStr>(fields: &Fields, name: &str) -> Option<T> {
    fields.get(name)?.as_n().ok()?.parse().ok()
}
