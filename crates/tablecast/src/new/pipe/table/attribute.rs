use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tablecast_authoring::proposal::items::{Attribute, Item};

pub fn item(attributes: &HashMap<String, AttributeValue>) -> Item {
    attributes.iter().filter_map(|(name, value)| Some((name.clone(), attribute(value)?))).collect()
}

/// `None` for a type that this version does not know.
fn attribute(value: &AttributeValue) -> Option<Attribute> {
    let base64 = |bytes: &[u8]| STANDARD.encode(bytes);
    Some(match value {
        AttributeValue::S(text) => Attribute::S(text.clone()),
        AttributeValue::N(text) => Attribute::N(text.clone()),
        AttributeValue::B(bytes) => Attribute::B(base64(bytes.as_ref())),
        AttributeValue::Bool(truth) => Attribute::Bool(*truth),
        AttributeValue::Null(truth) => Attribute::Null(*truth),
        AttributeValue::M(members) => Attribute::M(item(members)),
        AttributeValue::L(elements) => Attribute::L(elements.iter().filter_map(attribute).collect()),
        AttributeValue::Ss(texts) => Attribute::SS(texts.clone()),
        AttributeValue::Ns(texts) => Attribute::NS(texts.clone()),
        AttributeValue::Bs(all) => Attribute::BS(all.iter().map(|bytes| base64(bytes.as_ref())).collect()),
        _ => return None,
    })
}
