use tablecast_definitions::definition::KeyType;

use super::error::ProposalError;
use super::items::{Attribute, Item};

/// A table with some of its items.
#[derive(Debug, Clone)]
pub struct Sample {
    pub table: String,
    pub key: Key,
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub partition: KeyAttribute,
    pub sort: Option<KeyAttribute>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAttribute {
    pub name: String,
    pub kind: KeyType,
}

impl Key {
    /// Finds the types of the key's attributes in the items.
    pub fn of(names: &[String], items: &[Item]) -> Result<Self, ProposalError> {
        let mut attributes = names.iter().map(|name| KeyAttribute::of(name, items));
        let (partition, sort) =
            (attributes.next().ok_or(ProposalError::KeyLength)??, attributes.next().transpose()?);
        match attributes.next() {
            None => Ok(Self { partition, sort }),
            Some(_) => Err(ProposalError::KeyLength),
        }
    }

    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.partition).chain(&self.sort)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes().map(|attribute| attribute.name.as_str())
    }
}

impl KeyAttribute {
    fn of(name: &str, items: &[Item]) -> Result<Self, ProposalError> {
        let kind = |item: &Item| match item.get(name) {
            Some(Attribute::S(_)) => Some(KeyType::S),
            Some(Attribute::N(_)) => Some(KeyType::N),
            Some(Attribute::B(_)) => Some(KeyType::B),
            _ => None,
        };
        let first = items.first().ok_or(ProposalError::NoItems)?;
        let first = kind(first).filter(|first| items.iter().all(|item| kind(item) == Some(*first)));
        let kind = first.ok_or_else(|| ProposalError::NoKey(name.to_owned()))?;
        Ok(Self { name: name.to_owned(), kind })
    }
}
