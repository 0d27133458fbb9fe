use std::collections::{BTreeMap, BTreeSet};

use super::group::{group, is_word, text};
use crate::proposal::entity::{Discriminator, Discriminators, Entities};
use crate::proposal::items::Item;
use crate::proposal::naming;
use crate::proposal::quoting::quoted;
use crate::proposal::sample::Sample;
use crate::proposal::sensitivity::Sensitivity;

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
/// Names of keys that do not describe their values.
const GENERIC_KEYS: [&str; 6] = ["pk", "sk", "hashkey", "rangekey", "partitionkey", "sortkey"];

pub fn detect(sample: &Sample) -> Option<Entities<'_>> {
    let is_single_table = sample.key.names().all(|name| GENERIC_KEYS.contains(&name.to_lowercase().as_str()));
    let name = type_attribute(sample)?;
    let kind = |item: &Item| {
        let kind = text(item, name).filter(|kind| naming::is_noun(&naming::noun(kind)) && is_word(kind))?;
        Some(BTreeMap::from([(name.to_owned(), Discriminator::Equals(kind.to_owned()))]))
    };
    let entities = group(sample, kind, noun)?;
    let distinguished_by = Some(format!("the attribute {}", quoted(name)));
    (is_single_table && entities.unmatched == 0).then_some(Entities { distinguished_by, ..entities })
}

fn type_attribute(sample: &Sample) -> Option<&str> {
    let names: BTreeSet<&String> = sample.items.iter().flat_map(BTreeMap::keys).collect();
    let is_type = |name: &&String| {
        Sensitivity::of_name(name).is_none()
            && sample.key.names().all(|key| key != name.as_str())
            && TYPE_ATTRIBUTES.contains(&name.to_lowercase().as_str())
    };
    names.into_iter().find(is_type).map(String::as_str)
}

fn noun(discriminators: &Discriminators) -> String {
    match discriminators.values().next() {
        Some(Discriminator::Equals(kind)) => naming::noun(kind),
        _ => String::new(),
    }
}
