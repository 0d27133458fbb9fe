//! What kinds of things a table holds: one, or several in a single-table design, told apart by a type attribute or by what
//! stands before the first `#` in the keys.

use std::collections::{BTreeMap, BTreeSet};

use super::naming;
use super::sample::{Attribute, Item};
use super::sensitive::Sensitive;
use super::wording::{self, Access};
use super::{Key, Sample};

/// More than these is no single-table design, but names in keys.
const MOST: usize = 12;
const TYPE_ATTRIBUTES: [&str; 10] = [
    "type",
    "_type",
    "entitytype",
    "entity_type",
    "entity",
    "_entity",
    "__typename",
    "itemtype",
    "item_type",
    "_et",
];
/// Names of keys that say nothing of what they hold.
const GENERIC_KEYS: [&str; 6] = ["pk", "sk", "hashkey", "rangekey", "partitionkey", "sortkey"];
/// Sort keys of the item that the partition itself is.
const ROOTS: [&str; 7] = ["METADATA", "META", "PROFILE", "INFO", "DETAILS", "ROOT", "DATA"];

#[derive(Debug)]
pub struct Entity<'s> {
    pub noun: String,
    /// Which records are of it; all, if there is none.
    pub condition: Option<String>,
    pub items: Vec<&'s Item>,
    /// What texts are, or begin with, in each of its items.
    pub fixed: BTreeMap<String, Fixed>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fixed {
    Is(String),
    BeginsWith(String),
}

/// The kinds, how they were told apart, and how many items are of none.
pub struct Found<'s> {
    pub entities: Vec<Entity<'s>>,
    pub by: Option<String>,
    pub of_none: usize,
}

pub fn find<'s>(sample: &'s Sample, noun: Option<String>) -> Found<'s> {
    let several = match noun {
        Some(_) => None,
        None => by_type(sample).or_else(|| by_prefix(sample)),
    };
    several.unwrap_or_else(|| {
        let noun = noun.unwrap_or_else(|| naming::noun(&sample.table));
        let all =
            Entity { noun, condition: None, items: sample.items.iter().collect(), fixed: BTreeMap::new() };
        Found { entities: vec![all], by: None, of_none: 0 }
    })
}

fn by_type(sample: &Sample) -> Option<Found<'_>> {
    let is_single_table = sample.key.names().all(|name| GENERIC_KEYS.contains(&name.to_lowercase().as_str()));
    let names: BTreeSet<&String> = sample.items.iter().flat_map(BTreeMap::keys).collect();
    let name = names.into_iter().find(|name| {
        let is_free =
            Sensitive::by_name(name).is_none() && sample.key.names().all(|key| key != name.as_str());
        is_free && TYPE_ATTRIBUTES.contains(&name.to_lowercase().as_str())
    })?;
    let kind = |item: &Item| {
        let kind = text(item, name).filter(|kind| naming::is_noun(&naming::noun(kind)) && is_word(kind))?;
        Some(BTreeMap::from([(name.clone(), Fixed::Is(kind.to_owned()))]))
    };
    let found = grouped(sample, kind, |fixed| match fixed.values().next() {
        Some(Fixed::Is(kind)) => naming::noun(kind),
        _ => String::new(),
    })?;
    let by = format!("the attribute {}", wording::quoted(name));
    (is_single_table && found.of_none == 0).then_some(Found { by: Some(by), ..found })
}

fn by_prefix(sample: &Sample) -> Option<Found<'_>> {
    let Key { partition, sort } = &sample.key;
    let prefixed = |item: &Item| {
        let prefix = begins(text(item, &partition.name)?)?;
        let mut fixed = BTreeMap::from([(partition.name.clone(), prefix)]);
        if let Some(sort) = sort {
            let value = text(item, &sort.name)?;
            let is_root = ROOTS.contains(&value).then(|| Fixed::Is(value.to_owned()));
            fixed.insert(sort.name.clone(), begins(value).or(is_root)?);
        }
        Some(fixed)
    };
    let noun = |fixed: &BTreeMap<String, Fixed>| {
        let last = sort.as_ref().and_then(|sort| fixed.get(&sort.name));
        let named = [last, fixed.get(&partition.name)].into_iter().flatten().find_map(|fixed| match fixed {
            Fixed::BeginsWith(prefix) => Some(naming::noun(prefix)),
            Fixed::Is(_) => None,
        });
        named.unwrap_or_default()
    };
    let found = grouped(sample, prefixed, noun)?;
    let is_single_table = found.of_none * 2 <= sample.items.len();
    is_single_table.then_some(Found { by: Some("what stands before # in the key".to_owned()), ..found })
}

/// `ORDER#1001` begins with `ORDER#`.
fn begins(text: &str) -> Option<Fixed> {
    let (prefix, _) = text.split_once('#').filter(|(prefix, _)| is_word(prefix))?;
    Some(Fixed::BeginsWith(format!("{prefix}#")))
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.len() <= 40
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it))
}

fn text<'i>(item: &'i Item, name: &str) -> Option<&'i str> {
    match item.get(name) {
        Some(Attribute::S(text)) => Some(text),
        _ => None,
    }
}

/// `None` where there are not several.
fn grouped<'s>(
    sample: &'s Sample,
    fixed: impl Fn(&Item) -> Option<BTreeMap<String, Fixed>>,
    noun: impl Fn(&BTreeMap<String, Fixed>) -> String,
) -> Option<Found<'s>> {
    let mut groups: BTreeMap<BTreeMap<String, Fixed>, Vec<&Item>> = BTreeMap::new();
    let mut of_none = 0;
    for item in &sample.items {
        match fixed(item) {
            Some(fixed) => groups.entry(fixed).or_default().push(item),
            None => of_none += 1,
        }
    }
    if !(2..=MOST).contains(&groups.len()) {
        return None;
    }
    let mut taken = BTreeSet::new();
    let entities = groups.into_iter().map(|(fixed, items)| {
        let noun = free(noun(&fixed), &mut taken);
        Entity { noun, condition: Some(condition(sample, &fixed)), items, fixed }
    });
    Some(Found { entities: entities.collect(), by: None, of_none })
}

/// Two kinds may be called the same: `order`, `order-2`.
fn free(noun: String, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{noun}-{number}"));
    let free = std::iter::once(noun.clone()).chain(numbered).find(|name| taken.insert(name.clone()));
    free.unwrap_or(noun)
}

fn condition(sample: &Sample, fixed: &BTreeMap<String, Fixed>) -> String {
    let one = |(name, fixed): (&String, &Fixed)| {
        let is_key = sample.key.names().any(|key| key == name);
        let path = Access::of(if is_key { "keys" } else { "item" }).step(name, false);
        match fixed {
            Fixed::BeginsWith(prefix) => format!("{path}.startsWith({})", wording::quoted(prefix)),
            Fixed::Is(text) if is_key => format!("{path} == {}", wording::quoted(text)),
            Fixed::Is(text) => format!("has({path}) && {path} == {}", wording::quoted(text)),
        }
    };
    fixed.iter().map(one).collect::<Vec<_>>().join(" && ")
}
