use std::collections::BTreeMap;

use super::group::{group, is_word, text};
use crate::proposal::entity::{Discriminator, Discriminators, Entities};
use crate::proposal::items::Item;
use crate::proposal::naming;
use crate::proposal::sample::{Key, Sample};

/// Sort keys of an item that describes its partition.
const ROOTS: [&str; 7] = ["METADATA", "META", "PROFILE", "INFO", "DETAILS", "ROOT", "DATA"];

pub fn detect(sample: &Sample) -> Option<Entities<'_>> {
    let key = &sample.key;
    let noun = |discriminators: &Discriminators| noun(key, discriminators);
    let entities = group(sample, |item| discriminators(key, item), noun)?;
    let is_single_table = entities.unmatched * 2 <= sample.items.len();
    let distinguished_by = Some("the text before # in the key".to_owned());
    is_single_table.then_some(Entities { distinguished_by, ..entities })
}

fn discriminators(key: &Key, item: &Item) -> Option<Discriminators> {
    let partition = prefix(text(item, &key.partition.name)?)?;
    let mut discriminators = BTreeMap::from([(key.partition.name.clone(), partition)]);
    if let Some(sort) = &key.sort {
        let value = text(item, &sort.name)?;
        let root = ROOTS.contains(&value).then(|| Discriminator::Equals(value.to_owned()));
        discriminators.insert(sort.name.clone(), prefix(value).or(root)?);
    }
    Some(discriminators)
}

/// `ORDER#1001` starts with `ORDER#`.
fn prefix(text: &str) -> Option<Discriminator> {
    let (prefix, _) = text.split_once('#').filter(|(prefix, _)| is_word(prefix))?;
    Some(Discriminator::StartsWith(format!("{prefix}#")))
}

/// Returns the noun in the sort key's prefix, or in the partition key's.
fn noun(key: &Key, discriminators: &Discriminators) -> String {
    let sort = key.sort.as_ref().and_then(|sort| discriminators.get(&sort.name));
    let both = [sort, discriminators.get(&key.partition.name)];
    let noun = both.into_iter().flatten().find_map(|discriminator| match discriminator {
        Discriminator::StartsWith(prefix) => Some(naming::noun(prefix)),
        Discriminator::Equals(_) => None,
    });
    noun.unwrap_or_default()
}
