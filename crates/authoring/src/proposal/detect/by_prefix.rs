use std::collections::BTreeMap;

use super::group::{group, text};
use crate::proposal::entity::{Discriminator, Discriminators, Entities};
use crate::proposal::items::Item;
use crate::proposal::key_pattern::KeyPattern;
use crate::proposal::naming;
use crate::proposal::sample::{Key, Sample};

pub fn detect(sample: &Sample) -> Option<Entities<'_>> {
    let key = &sample.key;
    let noun = |discriminators: &Discriminators| noun(key, discriminators);
    let entities = group(sample, |item| discriminators(key, item), noun)?;
    let is_single_table = entities.unmatched * 2 <= sample.items.len();
    let distinguished_by = Some("the text before # in the key".to_owned());
    is_single_table.then_some(Entities { distinguished_by, ..entities })
}

fn discriminators(key: &Key, item: &Item) -> Option<Discriminators> {
    let pattern = |name: &str| KeyPattern::read(text(item, name)?);
    let partition = pattern(&key.partition.name).filter(|pattern| !pattern.noun().is_empty())?;
    let mut patterns = BTreeMap::from([(key.partition.name.clone(), Discriminator::Pattern(partition))]);
    if let Some(sort) = &key.sort {
        patterns.insert(sort.name.clone(), Discriminator::Pattern(pattern(&sort.name)?));
    }
    Some(patterns)
}

/// Returns the noun in the sort key's words, or in the partition key's.
fn noun(key: &Key, discriminators: &Discriminators) -> String {
    let sort = key.sort.as_ref().and_then(|sort| discriminators.get(&sort.name));
    let both = [sort, discriminators.get(&key.partition.name)];
    let words = both.into_iter().flatten().filter_map(|discriminator| match discriminator {
        Discriminator::Pattern(pattern) => Some(pattern.noun()),
        Discriminator::Equals(_) => None,
    });
    words.into_iter().find(|words| !words.is_empty()).map(|words| naming::noun(&words)).unwrap_or_default()
}
