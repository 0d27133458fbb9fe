//! The form of a DynamoDB stream record, as EventBridge Pipes filter it, and the patterns that cannot match
//! one.
//!
//! # Layout
//! - `shape`: what a record holds at a path; `attribute`: below an image; `steps`: the path
//! - `leaf`: a value that a record can have
//! - `operation`: which of INSERT, MODIFY and REMOVE a record can be
//! - `entries`: compares the entries of a field with the values that it can have
//! - `combination`: fields that no record has together

mod attribute;
mod combination;
mod entries;
mod leaf;
mod operation;
mod shape;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use tablecast_values::located::Located;

use crate::pattern::{Field, Pattern, Test};
use leaf::Leaf;
use operation::Operation;

/// The key attributes of a table and their types, such as `S`. Empty if the pipe file does not declare them.
pub type Keys = BTreeMap<String, String>;

/// Returns why fields of a pattern cannot match, or always match, each with its place in the pattern.
pub fn problems(pattern: &Pattern, keys: &Keys) -> Vec<Located> {
    let mut problems: Vec<Located> = Vec::new();
    for alternative in pattern.alternatives() {
        let mut leaves = Vec::new();
        let before = problems.len();
        for field in alternative.values() {
            problems.extend(of_replacement(field));
            match shape::leaf(&field.names, keys) {
                Ok(leaf) => {
                    problems.extend(of_entries(field, &leaf));
                    leaves.push((field, leaf));
                }
                Err(reason) => problems.push(Located::new(&field.place, unknown(field, &reason))),
            }
        }
        if problems.len() == before {
            problems.extend(combination::problem(&leaves));
        }
    }
    without_repetitions(problems)
}

/// EventBridge keeps the field that comes last. Terraform sorts the names, so `$or` comes first.
fn of_replacement(field: &Field) -> Option<Located> {
    let other = field.replaces.as_ref()?;
    let reason = format!(
        "is also at {other}, and EventBridge keeps only one of them, depending on their order. Write the field once in \
         each entry of $or"
    );
    Some(Located::new(&field.place, reason))
}

/// Adds the consequence to the reason.
fn unknown(field: &Field, reason: &str) -> String {
    let stop = if reason.ends_with('?') { "" } else { "." };
    match field.tests.contains(&Test::Absent) {
        true => format!("{reason}{stop} So `exists: false` always matches"),
        false => format!("{reason}{stop} So the pattern never matches"),
    }
}

fn of_entries(field: &Field, leaf: &Leaf) -> Vec<Located> {
    let place = |at: usize| format!("{}[{at}]", field.place);
    let entries = field.tests.iter().enumerate();
    let mut problems: Vec<Located> = entries
        .filter_map(|(at, test)| Some(Located::new(place(at), entries::problem(test, leaf.values)?)))
        .collect();
    let is_always_there = Operation::ALL.iter().all(|operation| leaf.is_always_in(*operation));
    let absent = field.tests.iter().position(|test| *test == Test::Absent).filter(|_| is_always_there);
    let reason = "every record has this field, so `exists: false` never matches";
    problems.extend(absent.map(|at| Located::new(place(at), reason)));
    problems
}

/// The alternatives of one pattern share fields.
fn without_repetitions(problems: Vec<Located>) -> Vec<Located> {
    let mut distinct: Vec<Located> = Vec::new();
    for problem in problems {
        if !distinct.contains(&problem) {
            distinct.push(problem);
        }
    }
    distinct
}
