//! Makes up values for fixtures and examples. Values of the table stay out of these files, because they are
//! published.

use tablecast_definitions::definition::KeyType;

use super::entity::Discriminator;
use super::entity_events::EntityEvents;
use super::items::{Attribute, Item};
use super::naming::words;
use super::property::{Property, ValueKind, ValueType};
use super::sample::{Key, KeyAttribute};

/// Returns an item with all properties. Items of different numbers differ in the first attribute that can
/// change.
pub fn item(events: &EntityEvents<'_>, key: &Key, number: u8) -> Item {
    let mut item = key_attributes(events, key);
    for property in &events.selection.properties {
        let number = if events.compared.first() == Some(&property.name) { number } else { 1 };
        let value = || attribute(&property.name, &property.value, number);
        item.entry(property.name.clone()).or_insert_with(value);
    }
    let discriminators = events.entity.discriminators.iter();
    item.extend(discriminators.map(|(name, it)| (name.clone(), Attribute::S(discriminator_value(it)))));
    item
}

fn key_attributes(events: &EntityEvents<'_>, key: &Key) -> Item {
    let value = |key: &KeyAttribute| match events.entity.discriminators.get(&key.name) {
        Some(discriminator) => Attribute::S(discriminator_value(discriminator)),
        None => key_value(key),
    };
    key.attributes().map(|key| (key.name.clone(), value(key))).collect()
}

fn key_value(key: &KeyAttribute) -> Attribute {
    match key.kind {
        KeyType::S => Attribute::S(text(&key.name, 1)),
        KeyType::N => Attribute::N("1".to_owned()),
        KeyType::B => Attribute::B("AAEC".to_owned()),
    }
}

fn discriminator_value(discriminator: &Discriminator) -> String {
    match discriminator {
        Discriminator::Equals(text) => text.clone(),
        Discriminator::Pattern(pattern) => pattern.example(),
    }
}

fn attribute(name: &str, value: &ValueType, number: u8) -> Attribute {
    match &value.kind {
        ValueKind::String => Attribute::S(text(name, number)),
        ValueKind::Boolean => Attribute::Bool(number == 1),
        ValueKind::Integer => Attribute::N(number.to_string()),
        ValueKind::DecimalString | ValueKind::Number => Attribute::N(format!("{number}.5")),
        ValueKind::Array(element) => Attribute::L(vec![attribute(name, element, number)]),
        ValueKind::Set(element) => set(name, element, number),
        ValueKind::ArrayOfObjects(properties) => Attribute::L(vec![map(properties, number)]),
        ValueKind::Object(properties) => map(properties, number),
    }
}

fn set(name: &str, element: &ValueType, number: u8) -> Attribute {
    match attribute(name, element, number) {
        Attribute::N(text) => Attribute::NS(vec![text]),
        _ => Attribute::SS(vec![text(name, number)]),
    }
}

fn map(properties: &[Property], number: u8) -> Attribute {
    let member = |it: &Property| (it.name.clone(), attribute(&it.name, &it.value, number));
    Attribute::M(properties.iter().map(member).collect())
}

/// Returns a text such as `song-title-1`.
fn text(name: &str, number: u8) -> String {
    words(name).into_iter().chain([number.to_string()]).collect::<Vec<_>>().join("-")
}
