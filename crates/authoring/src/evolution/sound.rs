//! What the gate lets through is tried with thousands of schemas, changes and events that nobody has chosen.

mod dice;

use std::cell::Cell;

use jsonschema::{Draft, PatternOptions, Validator};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::tests::{found, source};
use crate::schema::{Library, Place, Rest};
use dice::Dice;

/// A schema as its readers and pipes have it.
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

    fn place<R>(&self, ask: impl FnOnce(&Place<'_>) -> R) -> R {
        let library = Library::new([&self.file]);
        ask(&library.root(&self.file))
    }

    /// Whether a pipe that passes the check may give this event.
    fn may_give(&self, event: &Json) -> bool {
        self.reader.is_valid(event) && self.place(|place| only_named(event, place))
    }
}

/// The rule `data-unnamed`, on an event.
fn only_named(event: &Json, place: &Place<'_>) -> bool {
    match event {
        Json::Object(members) => {
            members.iter().all(|(name, value)| match place.names().contains(name.as_str()) {
                true => only_named(value, &place.property(name)),
                false => {
                    place.rest() == Rest::Open
                        && place.others().is_none_or(|others| only_named(value, &others))
                }
            })
        }
        Json::Array(elements) => elements.iter().all(|element| only_named(element, &place.element())),
        _ => true,
    }
}

thread_local! {
    /// How often an event of one version was read by another: of the older by the newer, and the other way round.
    static READ: Cell<[usize; 2]> = const { Cell::new([0, 0]) };
}

fn fit(dice: &Dice, old: &Json, new: &Json) -> Result<(), TestCaseError> {
    let (old_version, new_version) = (Version::new(old), Version::new(new));
    for (giver, reader, at) in [(&old_version, &new_version, 0), (&new_version, &old_version, 1)] {
        for _ in 0..30 {
            let event = giver.place(|place| dice.like(place, 4));
            if giver.may_give(&event) {
                READ.with(|read| {
                    let mut counts = read.get();
                    counts[at] += 1;
                    read.set(counts);
                });
                prop_assert!(reader.reader.is_valid(&event), "{at}: {event} breaks\n{old}\n-> {new}");
            }
        }
    }
    Ok(())
}

fn cases() -> u32 {
    std::env::var("TABLECAST_SOUND_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(400)
}

#[test]
fn what_passes_breaks_no_reader_and_no_event_however_many_versions_lie_between() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases())
    });
    let passed = Cell::new([0; 2]);
    let outcome = runner.run(&any::<u64>(), |seed| {
        let dice = Dice::new(seed);
        let first = dice.document();
        let mut last = first.clone();
        for step in 0..4 {
            let next = dice.change(&last);
            if next == last || !found(&last, &next).is_empty() {
                continue;
            }
            let mut counts = passed.get();
            counts[usize::from(step > 0 && last != first)] += 1;
            passed.set(counts);
            fit(&dice, &last, &next)?;
            fit(&dice, &first, &next)?;
            last = next;
        }
        Ok(())
    });
    outcome.unwrap();
    let ([once, again], read) = (passed.get(), READ.with(Cell::get));
    assert!(
        once > cases() as usize / 8 && again > cases() as usize / 40,
        "too few changes pass to try them: {once}, {again}"
    );
    assert!(read.iter().all(|read| *read > cases() as usize), "too few events were read: {read:?}");
}
