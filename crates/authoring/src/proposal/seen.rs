//! What the sampled items have at one place: which types, how often, and what is below.

use std::collections::{BTreeMap, BTreeSet};

use super::sample::{Attribute, Item};
use super::sensitive::Sensitive;

/// A whole number of this many digits is the same in every reader: a float has 15 that are certain.
const CERTAIN_DIGITS: usize = 15;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Text,
    Number,
    Binary,
    Truth,
    Null,
    Map,
    List,
    TextSet,
    NumberSet,
    BinarySet,
}

#[derive(Debug, Default)]
pub struct Seen {
    pub kinds: BTreeSet<Kind>,
    /// In how many items, or maps, there is one.
    pub count: usize,
    /// Whether one of the numbers has a fraction, an exponent, or more digits than are certain.
    pub has_fractions: bool,
    pub looks: Option<Sensitive>,
    pub maps: usize,
    pub members: BTreeMap<String, Seen>,
    /// All elements of all lists, as one.
    pub elements: Option<Box<Seen>>,
}

impl Seen {
    pub fn of<'i>(items: impl IntoIterator<Item = &'i Item>) -> Self {
        let mut seen = Self::default();
        items.into_iter().for_each(|item| seen.map(item));
        seen
    }

    fn map(&mut self, members: &Item) {
        self.maps += 1;
        for (name, attribute) in members {
            self.members.entry(name.clone()).or_default().add(attribute);
        }
    }

    fn add(&mut self, attribute: &Attribute) {
        self.count += 1;
        self.kinds.insert(Kind::of(attribute));
        match attribute {
            Attribute::S(text) => self.text(text),
            Attribute::SS(texts) => texts.iter().for_each(|text| self.text(text)),
            Attribute::N(text) => self.number(text),
            Attribute::NS(texts) => texts.iter().for_each(|text| self.number(text)),
            Attribute::M(members) => self.map(members),
            Attribute::L(elements) => {
                elements.iter().for_each(|element| self.elements.get_or_insert_default().add(element));
            }
            Attribute::B(_) | Attribute::BS(_) | Attribute::Bool(_) | Attribute::Null(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.looks = self.looks.or_else(|| Sensitive::by_value(text));
    }

    fn number(&mut self, text: &str) {
        let digits = text.strip_prefix('-').unwrap_or(text);
        self.has_fractions |=
            digits.len() > CERTAIN_DIGITS || !digits.bytes().all(|digit| digit.is_ascii_digit());
    }
}

impl Kind {
    fn of(attribute: &Attribute) -> Self {
        match attribute {
            Attribute::S(_) => Self::Text,
            Attribute::N(_) => Self::Number,
            Attribute::B(_) => Self::Binary,
            Attribute::Bool(_) => Self::Truth,
            Attribute::Null(_) => Self::Null,
            Attribute::M(_) => Self::Map,
            Attribute::L(_) => Self::List,
            Attribute::SS(_) => Self::TextSet,
            Attribute::NS(_) => Self::NumberSet,
            Attribute::BS(_) => Self::BinarySet,
        }
    }

    /// As a person says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Binary => "binary",
            Self::Truth => "true or false",
            Self::Null => "null",
            Self::Map => "a map",
            Self::List => "a list",
            Self::TextSet => "a set of texts",
            Self::NumberSet => "a set of numbers",
            Self::BinarySet => "a set of binaries",
        }
    }
}
