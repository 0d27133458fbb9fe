//! EventBridge event patterns, which select events or stream records.
//!
//! A pattern is an object with the shape of the event. Its leaves are lists of values and tests; a list
//! matches if one of its entries matches. The rules follow the EventBridge user guide, "Comparison operators
//! for use in event patterns", and the behaviour of `event-ruler`.
//!
//! # Layout
//! - `parse`: reads a pattern from JSON, and refuses what EventBridge or Pipes refuse
//! - `test`: one entry of a leaf's list, against one value
//! - `text`, `number`, `network`: the tests for these kinds of values

mod network;
mod number;
mod parse;
mod test;
mod text;

use std::collections::BTreeMap;

use serde_json::Value;

use test::Test;

/// A checked pattern. Matching cannot fail.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern(Fields);

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

#[derive(Debug, Clone, PartialEq, Default)]
struct Fields {
    /// All must match.
    all: BTreeMap<String, Node>,
    /// `$or`: one must match as well.
    any: Option<Vec<Fields>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Fields(Fields),
    Leaf(Vec<Test>),
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
        Match { event }.fields(&self.0, Some(event), &mut Vec::new())
    }
}

/// Matches one event against one pattern. It keeps paths, because `exists` considers the whole event: a field
/// exists if any element of an array has it.
struct Match<'a> {
    event: &'a Value,
}

impl<'a> Match<'a> {
    fn fields(&self, fields: &'a Fields, value: Option<&'a Value>, path: &mut Vec<&'a str>) -> bool {
        match value {
            Some(Value::Array(elements)) if !elements.is_empty() => {
                elements.iter().any(|element| self.fields(fields, Some(element), path))
            }
            _ => self.all_of(fields, value, path) && self.one_of(fields, value, path),
        }
    }

    fn all_of(&self, fields: &'a Fields, value: Option<&'a Value>, path: &mut Vec<&'a str>) -> bool {
        fields.all.iter().all(|(name, node)| {
            let child = value.and_then(|value| value.get(name));
            path.push(name);
            let matched = self.node(node, child, path);
            path.pop();
            matched
        })
    }

    fn one_of(&self, fields: &'a Fields, value: Option<&'a Value>, path: &mut Vec<&'a str>) -> bool {
        let Some(alternatives) = &fields.any else { return true };
        alternatives.iter().any(|alternative| self.fields(alternative, value, path))
    }

    fn node(&self, node: &'a Node, value: Option<&'a Value>, path: &mut Vec<&'a str>) -> bool {
        match node {
            Node::Fields(fields) => self.fields(fields, value, path),
            Node::Leaf(tests) => tests.iter().any(|test| self.test(test, value, path)),
        }
    }

    fn test(&self, test: &Test, value: Option<&Value>, path: &[&str]) -> bool {
        match test {
            Test::Absent => !has_leaf(self.event, path),
            test => value.is_some_and(|value| any_leaf(value, &|leaf| test.matches(leaf))),
        }
    }
}

/// Returns whether `path` has a value that is not an object, in any element of the arrays along it.
fn has_leaf(value: &Value, path: &[&str]) -> bool {
    match (value, path) {
        (Value::Array(elements), _) => elements.iter().any(|element| has_leaf(element, path)),
        (_, [name, rest @ ..]) => value.get(name).is_some_and(|child| has_leaf(child, rest)),
        (_, []) => !value.is_object(),
    }
}

fn any_leaf(value: &Value, wanted: &dyn Fn(&Value) -> bool) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(|element| any_leaf(element, wanted)),
        Value::Object(_) => false,
        leaf => wanted(leaf),
    }
}

#[cfg(test)]
mod tests;
