//! Tests the check with thousands of random schemas, changes and events.
//!
//! # Layout
//! - `generator`: makes random choices
//! - `schemas`, `changes`, `events`: random schemas, changes of a schema, and events

mod changes;
mod events;
mod generator;
mod schemas;

use std::cell::Cell;

use jsonschema::{Draft, PatternOptions, Validator};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::{problems, source};
use crate::schema::{ContentModel, Location, Resolver};
use generator::Generator;

/// A schema, and the validator of its readers.
struct Version {
    file: Json,
    reader: Validator,
}

impl Version {
    fn new(schema: &Json) -> Self {
        let file: Json = serde_json::from_str(&source("order.placed.v1", schema).text).unwrap();
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        let reader = options.with_pattern_options(PatternOptions::regex()).build(&file).unwrap();
        Self { file, reader }
    }

    fn with_root<R>(&self, use_root: impl FnOnce(&Location<'_>) -> R) -> R {
        let resolver = Resolver::new([&self.file]);
        use_root(&Location::root(&resolver, &self.file))
    }

    /// Returns true if a pipe that passes the check may emit this event.
    fn may_emit(&self, event: &Json) -> bool {
        self.reader.is_valid(event) && self.with_root(|root| has_allowed_properties(event, root))
    }
}

/// Applies the rule `data-unnamed` to an event.
fn has_allowed_properties(event: &Json, location: &Location<'_>) -> bool {
    match event {
        Json::Object(members) => {
            members.iter().all(|(name, value)| match location.property_names().contains(name.as_str()) {
                true => has_allowed_properties(value, &location.property(name)),
                false => {
                    let additional = location.additional_property();
                    location.content_model() == ContentModel::Open
                        && additional.is_none_or(|additional| has_allowed_properties(value, &additional))
                }
            })
        }
        Json::Array(elements) => {
            elements.iter().all(|element| has_allowed_properties(element, &location.element()))
        }
        _ => true,
    }
}

/// How many events were read: old events by new readers, and new events by old readers.
type Reads = Cell<[usize; 2]>;

fn add_one(counts: &Cell<[usize; 2]>, index: usize) {
    let mut values = counts.get();
    values[index] += 1;
    counts.set(values);
}

/// Asserts that readers of each version accept events of the other one.
fn assert_compatible(
    generator: &Generator,
    old: &Json,
    new: &Json,
    reads: &Reads,
) -> Result<(), TestCaseError> {
    let (old_version, new_version) = (Version::new(old), Version::new(new));
    let directions = [(&old_version, &new_version), (&new_version, &old_version)];
    for (index, (emitter, reader)) in directions.into_iter().enumerate() {
        for _ in 0..30 {
            let event = emitter.with_root(|root| generator.event_like(root, 4));
            if emitter.may_emit(&event) {
                add_one(reads, index);
                prop_assert!(reader.reader.is_valid(&event), "{index}: {event} breaks\n{old}\n-> {new}");
            }
        }
    }
    Ok(())
}

fn cases() -> u32 {
    std::env::var("TABLECAST_SOUND_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(400)
}

/// Applies four random changes to a random schema, and tests those that the check accepts.
/// `accepted` counts first changes and further changes.
fn try_changes(seed: u64, accepted: &Cell<[usize; 2]>, reads: &Reads) -> Result<(), TestCaseError> {
    let generator = Generator::new(seed);
    let first = generator.document();
    let mut last = first.clone();
    for _ in 0..4 {
        let next = generator.change(&last);
        if next == last || !problems(&last, &next).is_empty() {
            continue;
        }
        add_one(accepted, usize::from(last != first));
        assert_compatible(&generator, &last, &next, reads)?;
        assert_compatible(&generator, &first, &next, reads)?;
        last = next;
    }
    Ok(())
}

#[test]
fn an_accepted_change_breaks_no_reader_across_several_versions() {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let (accepted, reads) = (Cell::new([0; 2]), Cell::new([0; 2]));
    runner.run(&any::<u64>(), |seed| try_changes(seed, &accepted, &reads)).unwrap();
    let ([first, further], reads) = (accepted.get(), reads.get());
    assert!(
        first > cases() as usize / 8 && further > cases() as usize / 40,
        "the check accepted too few changes: {first}, {further}"
    );
    assert!(reads.iter().all(|count| *count > cases() as usize), "too few events were read: {reads:?}");
}
