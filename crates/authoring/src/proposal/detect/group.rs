use std::collections::{BTreeMap, BTreeSet};

use crate::proposal::cel_path::CelPath;
use crate::proposal::entity::{Discriminator, Discriminators, Entities, Entity};
use crate::proposal::items::{Attribute, Item};
use crate::proposal::key_pattern::KeyPattern;
use crate::proposal::quoting::quoted;
use crate::proposal::sample::Sample;

/// More kinds than these are not a single-table design, but names in keys.
const MAX_KINDS: usize = 12;

/// Groups the items by their discriminators. Returns `None` for a single group, and for too many.
pub fn group<'s>(
    sample: &'s Sample,
    discriminators: impl Fn(&Item) -> Option<Discriminators>,
    noun: impl Fn(&Discriminators) -> String,
) -> Option<Entities<'s>> {
    let mut groups: BTreeMap<Discriminators, Vec<&Item>> = BTreeMap::new();
    let mut unmatched = 0;
    for item in &sample.items {
        match discriminators(item) {
            Some(discriminators) => groups.entry(discriminators).or_default().push(item),
            None => unmatched += 1,
        }
    }
    if !(2..=MAX_KINDS).contains(&groups.len()) {
        return None;
    }
    let kinds: Vec<Discriminators> = groups.keys().cloned().collect();
    let mut taken = BTreeSet::new();
    let entities = groups.into_iter().map(|(discriminators, items)| {
        let noun = unique(noun(&discriminators), &mut taken);
        let condition = condition(sample, &discriminators, &kinds);
        Entity { noun, condition: Some(condition), items, discriminators }
    });
    Some(Entities { all: entities.collect(), distinguished_by: None, unmatched })
}

/// Numbers the second kind with the same noun: `order`, `order-2`.
fn unique(noun: String, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{noun}-{number}"));
    let free = std::iter::once(noun.clone()).chain(numbered).find(|name| taken.insert(name.clone()));
    free.unwrap_or(noun)
}

fn condition(sample: &Sample, discriminators: &Discriminators, kinds: &[Discriminators]) -> String {
    let one = |(name, discriminator): (&String, &Discriminator)| {
        let is_key = sample.key.names().any(|key| key == name);
        let path = CelPath::root(if is_key { "keys" } else { "item" }).member(name, false);
        match discriminator {
            Discriminator::Pattern(pattern) => pattern.condition(&path.to_string(), &patterns(kinds, name)),
            Discriminator::Equals(text) => format!("has({path}) && {path} == {}", quoted(text)),
        }
    };
    discriminators.iter().map(one).collect::<Vec<_>>().join(" && ")
}

/// Returns the patterns that the kinds have for a key.
fn patterns<'k>(kinds: &'k [Discriminators], name: &str) -> Vec<&'k KeyPattern> {
    let pattern = |kind: &'k Discriminators| match kind.get(name) {
        Some(Discriminator::Pattern(pattern)) => Some(pattern),
        _ => None,
    };
    kinds.iter().filter_map(pattern).collect()
}

pub fn text<'i>(item: &'i Item, name: &str) -> Option<&'i str> {
    match item.get(name) {
        Some(Attribute::S(text)) => Some(text),
        _ => None,
    }
}
