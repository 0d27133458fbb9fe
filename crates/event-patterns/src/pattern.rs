//! EventBridge event patterns, which select events or stream records.
//!
//! A pattern is an object with the shape of the event. Its leaves are lists of values and tests; a list
//! matches if one of its entries matches. The rules follow the EventBridge user guide, "Comparison operators
//! for use in event patterns", and the behaviour of `event-ruler`.
//!
//! As `event-ruler` does, the matcher names a field by its path with dots, in the pattern and in the event.
//! So `{"a.b": [1]}` and `{"a": {"b": [1]}}` are the same pattern.
//!
//! # Layout
//! - `parse`: reads a pattern from JSON, and refuses what EventBridge or Pipes refuse
//! - `alternative`: fields that must all match; each `$or` multiplies the alternatives of a pattern
//! - `event`: the fields of an event, by path
//! - `matching`: compares an event with an alternative
//! - `test`: one entry of a leaf's list, against one value
//! - `text`, `number`, `network`: the tests for these kinds of values

mod alternative;
mod event;
mod matching;
mod network;
mod number;
mod parse;
mod test;
mod text;

use serde_json::Value;

pub(crate) use alternative::{Alternative, Field};
pub(crate) use event::Event;
pub use matching::Mismatch;
pub(crate) use test::{Excluded, Test};

/// A checked pattern. Matching cannot fail.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern(Vec<Alternative>);

/// The allowed operators. Pipes support fewer than rules of a bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Bus,
    Pipe,
}

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct PatternError {
    /// The place in the pattern: `dynamodb.NewImage.status.S[0]`.
    pub path: String,
    pub reason: String,
}

impl Pattern {
    /// Parses a pattern of a bus rule, which can use every operator.
    pub fn for_bus(pattern: &Value) -> Result<Self, PatternError> {
        parse::pattern(pattern, Dialect::Bus).map(Self)
    }

    /// Parses a pattern of a pipe's filter, which can use the operators of EventBridge Pipes.
    pub fn for_pipe(pattern: &Value) -> Result<Self, PatternError> {
        parse::pattern(pattern, Dialect::Pipe).map(Self)
    }

    pub fn matches(&self, event: &Value) -> bool {
        self.matches_fields(&Event::new(event))
    }

    pub(crate) fn matches_fields(&self, event: &Event<'_>) -> bool {
        self.0.iter().any(|alternative| matching::mismatch(alternative, event).is_none())
    }

    /// Returns the field that does not match, or `None` if the pattern matches. With `$or`, it is the field of
    /// the alternative that matches the most fields.
    pub(crate) fn mismatch(&self, event: &Event<'_>) -> Option<Mismatch> {
        let mut closest: Option<Mismatch> = None;
        for alternative in &self.0 {
            let mismatch = matching::mismatch(alternative, event)?;
            if closest.as_ref().is_none_or(|other| other.matched < mismatch.matched) {
                closest = Some(mismatch);
            }
        }
        closest
    }

    pub(crate) fn alternatives(&self) -> &[Alternative] {
        &self.0
    }
}

#[cfg(test)]
mod tests;
