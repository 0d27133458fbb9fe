use std::collections::{BTreeMap, BTreeSet};

use super::items::{Attribute, Item};
use super::sensitivity::Sensitivity;

/// Every reader represents a whole number of this many digits exactly: a float has 15 certain digits.
const CERTAIN_DIGITS: usize = 15;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttributeType {
    String,
    Number,
    Binary,
    Boolean,
    Null,
    Map,
    List,
    StringSet,
    NumberSet,
    BinarySet,
}

/// The values of one attribute across the sample.
#[derive(Debug, Default)]
pub struct Stats {
    pub types: BTreeSet<AttributeType>,
    /// The number of items, or of maps, that have the attribute.
    pub count: usize,
    /// True if a number has a fraction, an exponent, or more digits than are certain.
    pub has_fractions: bool,
    /// True if all numbers are seconds since 1970, between 2001 and 2065.
    pub has_only_epoch_seconds: bool,
    /// The sensitivity of the values, guessed from their texts.
    pub sensitivity: Option<Sensitivity>,
    /// The number of maps among the values.
    pub maps: usize,
    /// The members of these maps.
    pub members: BTreeMap<String, Stats>,
    /// All elements of all lists.
    pub elements: Option<Box<Stats>>,
}

impl Stats {
    pub fn of<'i>(items: impl IntoIterator<Item = &'i Item>) -> Self {
        let mut stats = Self::default();
        items.into_iter().for_each(|item| stats.add_map(item));
        stats
    }

    /// Returns the types except null.
    pub fn types_without_null(&self) -> Vec<AttributeType> {
        self.types.iter().copied().filter(|it| *it != AttributeType::Null).collect()
    }

    pub fn is_nullable(&self) -> bool {
        self.types.contains(&AttributeType::Null)
    }

    fn add_map(&mut self, members: &Item) {
        self.maps += 1;
        for (name, attribute) in members {
            self.members.entry(name.clone()).or_default().add(attribute);
        }
    }

    fn add(&mut self, attribute: &Attribute) {
        self.count += 1;
        self.types.insert(AttributeType::of(attribute));
        match attribute {
            Attribute::S(text) => self.add_text(text),
            Attribute::SS(texts) => texts.iter().for_each(|text| self.add_text(text)),
            Attribute::N(text) => self.add_number(text),
            Attribute::NS(texts) => texts.iter().for_each(|text| self.add_number(text)),
            Attribute::M(members) => self.add_map(members),
            Attribute::L(elements) => {
                elements.iter().for_each(|element| self.elements.get_or_insert_default().add(element));
            }
            Attribute::B(_) | Attribute::BS(_) | Attribute::Bool(_) | Attribute::Null(_) => {}
        }
    }

    fn add_text(&mut self, text: &str) {
        self.sensitivity = self.sensitivity.or_else(|| Sensitivity::of_value(text));
    }

    fn add_number(&mut self, text: &str) {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_first = self.count == 1;
        self.has_only_epoch_seconds = is_epoch_seconds(text) && (is_first || self.has_only_epoch_seconds);
        self.has_fractions |=
            digits.len() > CERTAIN_DIGITS || !digits.bytes().all(|digit| digit.is_ascii_digit());
    }
}

fn is_epoch_seconds(number: &str) -> bool {
    number.len() == 10 && number.starts_with(['1', '2']) && number.bytes().all(|digit| digit.is_ascii_digit())
}

impl AttributeType {
    fn of(attribute: &Attribute) -> Self {
        match attribute {
            Attribute::S(_) => Self::String,
            Attribute::N(_) => Self::Number,
            Attribute::B(_) => Self::Binary,
            Attribute::Bool(_) => Self::Boolean,
            Attribute::Null(_) => Self::Null,
            Attribute::M(_) => Self::Map,
            Attribute::L(_) => Self::List,
            Attribute::SS(_) => Self::StringSet,
            Attribute::NS(_) => Self::NumberSet,
            Attribute::BS(_) => Self::BinarySet,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Binary => "binary",
            Self::Boolean => "boolean",
            Self::Null => "null",
            Self::Map => "map",
            Self::List => "list",
            Self::StringSet => "string set",
            Self::NumberSet => "number set",
            Self::BinarySet => "binary set",
        }
    }
}
