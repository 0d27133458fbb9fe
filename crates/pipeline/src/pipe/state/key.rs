use tablecast_definitions::definition::KeyType;

use crate::expression::is_stored_number;

/// An attribute of the table's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAttribute {
    pub name: String,
    pub key_type: KeyType,
}

/// The value of a key attribute, as DynamoDB writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyValue {
    pub name: String,
    pub key_type: KeyType,
    pub text: String,
}

/// The key of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub partition: KeyValue,
    pub sort: Option<KeyValue>,
}

impl KeyAttribute {
    /// The value that a part of a subject stands for. None if no item can have it, so that no read of it fails.
    pub(super) fn value(&self, text: &str) -> Option<KeyValue> {
        let is_possible = match self.key_type {
            KeyType::S => !text.is_empty(),
            KeyType::N => is_stored_number(text),
            KeyType::B => false,
        };
        is_possible.then(|| KeyValue {
            name: self.name.clone(),
            key_type: self.key_type,
            text: text.to_owned(),
        })
    }
}
