use std::collections::{BTreeMap, BTreeSet};

use super::group::{group, text};
use crate::proposal::entity::{Discriminator, Discriminators, Entities};
use crate::proposal::items::Item;
use crate::proposal::key_pattern::is_word;
use crate::proposal::naming;
use crate::proposal::quoting::quoted;
use crate::proposal::sample::Sample;
use crate::proposal::sensitivity::Sensitivity;

/// Attributes that hold the kind of an item, in lower case: of ElectroDB, AppSync and Amplify,
/// dynamodb-toolbox and OneTable, then common names.
const MARKERS: [&str; 20] = [
    "__edb_e__",
    "__typename",
    "_et",
    "_type",
    "__t",
    "entitytype",
    "entity_type",
    "_entity",
    "doctype",
    "doc_type",
    "_doctype",
    "recordtype",
    "record_type",
    "itemtype",
    "item_type",
    "objecttype",
    "object_type",
    "_kind",
    "_model",
    "_class",
];
/// Names that hold the kind of an item only if the key's names are generic. Elsewhere they are data.
const WORDS: [&str; 6] = ["type", "kind", "entity", "model", "class", "discriminator"];
/// Names of keys that do not describe their values.
const GENERIC_KEYS: [&str; 6] = ["pk", "sk", "hashkey", "rangekey", "partitionkey", "sortkey"];

pub fn detect(sample: &Sample) -> Option<Entities<'_>> {
    let name = type_attribute(sample)?;
    let kinds = |item: &Item| {
        let kind = kind(item, name)?;
        Some(BTreeMap::from([(name.to_owned(), Discriminator::Equals(kind.to_owned()))]))
    };
    let entities = group(sample, kinds, noun)?;
    let distinguished_by = Some(format!("the attribute {}", quoted(name)));
    (entities.unmatched == 0).then_some(Entities { distinguished_by, ..entities })
}

/// Returns the noun of a table whose items all have the same kind in a marker.
pub fn only_noun(sample: &Sample) -> Option<String> {
    let name = attribute(sample, &MARKERS)?;
    let kinds: BTreeSet<_> = sample.items.iter().map(|item| kind(item, name)).collect();
    match kinds.into_iter().collect::<Vec<_>>()[..] {
        [Some(only)] => Some(naming::noun(only)),
        _ => None,
    }
}

fn kind<'i>(item: &'i Item, name: &str) -> Option<&'i str> {
    text(item, name).filter(|kind| is_word(kind) && naming::is_noun(&naming::noun(kind)))
}

fn type_attribute(sample: &Sample) -> Option<&str> {
    let is_generic = |name: &str| GENERIC_KEYS.contains(&name.to_lowercase().as_str());
    let words: &[&str] = if sample.key.names().all(is_generic) { &WORDS } else { &[] };
    attribute(sample, &MARKERS).or_else(|| attribute(sample, words))
}

/// Returns the attribute of the sample that comes first in `names`.
fn attribute<'s>(sample: &'s Sample, names: &[&str]) -> Option<&'s str> {
    let all: BTreeSet<&String> = sample.items.iter().flat_map(BTreeMap::keys).collect();
    let is_usable = |name: &&&String| {
        Sensitivity::of_name(name).is_none() && sample.key.names().all(|key| key != name.as_str())
    };
    let usable: Vec<_> = all.iter().filter(is_usable).collect();
    let find = |wanted: &&str| usable.iter().find(|name| name.to_lowercase() == **wanted);
    names.iter().find_map(find).map(|name| name.as_str())
}

fn noun(discriminators: &Discriminators) -> String {
    match discriminators.values().next() {
        Some(Discriminator::Equals(kind)) => naming::noun(kind),
        _ => String::new(),
    }
}
