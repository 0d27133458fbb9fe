use std::collections::BTreeMap;

use super::items::Item;
use super::key_pattern::KeyPattern;

/// A kind of item.
#[derive(Debug)]
pub struct Entity<'s> {
    pub noun: String,
    /// The condition for records of this kind. `None` if the table has one kind only.
    pub condition: Option<String>,
    pub items: Vec<&'s Item>,
    /// The attributes that all items of this kind have in common.
    pub discriminators: Discriminators,
}

/// Discriminators by the name of the attribute.
pub type Discriminators = BTreeMap<String, Discriminator>;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Discriminator {
    Equals(String),
    Pattern(KeyPattern),
}

/// The kinds of items in a table.
pub struct Entities<'s> {
    pub all: Vec<Entity<'s>>,
    /// The part of an item that distinguishes the kinds, for messages.
    pub distinguished_by: Option<String>,
    /// The number of items that belong to no kind.
    pub unmatched: usize,
}
