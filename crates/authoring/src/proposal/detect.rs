//! Detects the kinds of items in a table. A single-table design has several.
//!
//! # Layout
//! - `by_type`: distinguishes kinds by a type attribute
//! - `by_prefix`: distinguishes kinds by the words in the key
//! - `group`: groups the items by their discriminators

mod by_prefix;
mod by_type;
mod group;

use super::entity::{Discriminators, Entities, Entity};
use super::naming;
use super::sample::Sample;

/// Detects the kinds. With a noun, all items are of one kind.
pub fn detect<'s>(sample: &'s Sample, noun: Option<String>) -> Entities<'s> {
    let several = match noun {
        Some(_) => None,
        None => by_type::detect(sample).or_else(|| by_prefix::detect(sample)),
    };
    several.unwrap_or_else(|| {
        let noun = noun.or_else(|| by_type::only_noun(sample)).unwrap_or_else(|| naming::noun(&sample.table));
        let (items, discriminators) = (sample.items.iter().collect(), Discriminators::new());
        let all = vec![Entity { noun, condition: None, items, discriminators }];
        Entities { all, distinguished_by: None, unmatched: 0 }
    })
}
