use std::collections::BTreeSet;

use serde_json::Value;

use super::alternative::{Alternative, Field};
use super::event::{Elements, Event, Leaf};
use super::test::Test;

/// The field for which an event does not match a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The place in the pattern: `dynamodb.NewImage.status.S`.
    pub place: String,
    /// Why the field does not match, without values of the event.
    pub reason: String,
    /// The number of fields that match.
    pub(super) matched: usize,
}

/// Returns the first field that does not match, or `None` if all match.
///
/// All fields of an array's elements must match in the same element. So the search keeps each choice of
/// elements that is possible so far.
pub fn mismatch(alternative: &Alternative, event: &Event<'_>) -> Option<Mismatch> {
    let mut choices = BTreeSet::from([Elements::new()]);
    for (matched, (path, field)) in alternative.iter().enumerate() {
        let leaves = event.leaves(path);
        let later = arrays_of_later_fields(alternative, event, path);
        let next = choices.iter().flat_map(|chosen| choices_after(field, leaves, chosen));
        let next: BTreeSet<Elements> = next.map(|chosen| only(chosen, &later)).collect();
        if next.is_empty() {
            return Some(Mismatch {
                place: field.place.clone(),
                reason: reason(path, field, event),
                matched,
            });
        }
        choices = next;
    }
    None
}

/// Returns the choices of elements in which the field matches.
fn choices_after(field: &Field, leaves: &[Leaf<'_>], chosen: &Elements) -> Vec<Elements> {
    let possible = leaves.iter().filter_map(|leaf| Some((leaf.value, joined(chosen, &leaf.elements)?)));
    let possible: Vec<(&Value, Elements)> = possible.collect();
    if possible.is_empty() && field.tests.contains(&Test::Absent) {
        return vec![chosen.clone()];
    }
    let matching = possible.into_iter().filter(|(value, _)| field.tests.iter().any(|it| it.matches(value)));
    matching.map(|(_, elements)| elements).collect()
}

/// Joins two choices, unless they have different elements of one array.
fn joined(chosen: &Elements, others: &Elements) -> Option<Elements> {
    let mut all = chosen.clone();
    for (array, index) in others {
        match chosen.iter().find(|(other, _)| other == array) {
            Some((_, other)) if other != index => return None,
            Some(_) => {}
            None => all.push((*array, *index)),
        }
    }
    all.sort_unstable();
    Some(all)
}

/// The arrays that restrict later fields. Without the others, equal choices become one, so that the number of
/// choices stays small.
fn arrays_of_later_fields(alternative: &Alternative, event: &Event<'_>, path: &String) -> BTreeSet<usize> {
    let later = alternative.range::<String, _>((std::ops::Bound::Excluded(path), std::ops::Bound::Unbounded));
    let leaves = later.flat_map(|(path, _)| event.leaves(path));
    leaves.flat_map(|leaf| leaf.elements.iter().map(|(array, _)| *array)).collect()
}

fn only(mut chosen: Elements, arrays: &BTreeSet<usize>) -> Elements {
    chosen.retain(|(array, _)| arrays.contains(array));
    chosen
}

fn reason(path: &str, field: &Field, event: &Event<'_>) -> String {
    let wants_only_absence = field.tests.iter().all(|test| *test == Test::Absent);
    match (event.leaves(path), event.first_below(path)) {
        ([], Some(below)) => format!("has no value of its own; there is {below}"),
        ([], None) => "is absent".to_owned(),
        _ if wants_only_absence => "is present".to_owned(),
        ([_], _) => "has another value".to_owned(),
        _ => "has other values, or they are in another element of a list".to_owned(),
    }
}
