//! Values for fixtures and examples. They are made up: what a table holds is nobody's example, and these files are published.

use super::entity::Fixed;
use super::naming::words;
use super::outline::Outline;
use super::sample::{Attribute, Item};
use super::told::{Form, Member, Typed};
use super::{Key, KeyAttribute};
use tablecast_definitions::definition::KeyType;

/// An item with everything that is told; `2` differs from `1` in the first attribute that may change.
pub fn item(outline: &Outline<'_>, key: &Key, number: u8) -> Item {
    let mut item = key_of(outline, key);
    for member in &outline.told.members {
        let number = if outline.compared.first() == Some(&member.name) { number } else { 1 };
        item.entry(member.name.clone()).or_insert_with(|| attribute(&member.name, &member.value, number));
    }
    let fixed = outline.entity.fixed.iter();
    item.extend(fixed.map(|(name, fixed)| (name.clone(), Attribute::S(text_of(fixed)))));
    item
}

pub fn key_of(outline: &Outline<'_>, key: &Key) -> Item {
    let attribute = |key: &KeyAttribute| match outline.entity.fixed.get(&key.name) {
        Some(fixed) => Attribute::S(text_of(fixed)),
        None => key_attribute(key),
    };
    key.attributes().map(|key| (key.name.clone(), attribute(key))).collect()
}

fn key_attribute(key: &KeyAttribute) -> Attribute {
    match key.kind {
        KeyType::S => Attribute::S(text(&key.name, 1)),
        KeyType::N => Attribute::N("1".to_owned()),
        KeyType::B => Attribute::B("AAEC".to_owned()),
    }
}

fn text_of(fixed: &Fixed) -> String {
    match fixed {
        Fixed::Is(text) => text.clone(),
        Fixed::BeginsWith(prefix) => format!("{prefix}1"),
    }
}

fn attribute(name: &str, value: &Typed, number: u8) -> Attribute {
    match &value.form {
        Form::Text => Attribute::S(text(name, number)),
        Form::Truth => Attribute::Bool(number == 1),
        Form::Whole => Attribute::N(number.to_string()),
        Form::Decimal | Form::Digits => Attribute::N(format!("{number}.5")),
        Form::List(element) => Attribute::L(vec![attribute(name, element, number)]),
        Form::Records(members) => Attribute::L(vec![map(members, number)]),
        Form::Object(members) => map(members, number),
    }
}

fn map(members: &[Member], number: u8) -> Attribute {
    Attribute::M(members.iter().map(|it| (it.name.clone(), attribute(&it.name, &it.value, number))).collect())
}

/// `song-title-1`
fn text(name: &str, number: u8) -> String {
    words(name).into_iter().chain([number.to_string()]).collect::<Vec<_>>().join("-")
}
