use std::ops::Bound::Unbounded;
use std::ops::{Bound, RangeBounds};

use super::scalar::Scalar;
use super::units::Item;

pub type Range = (Bound<Scalar>, Bound<Scalar>);

/// A condition of a write or a query, as far as tablecast uses them.
#[derive(Debug)]
pub enum Condition {
    Any(Vec<Condition>),
    All(Vec<Condition>),
    Absent(String),
    Within(String, Range),
}

impl Condition {
    pub fn holds(&self, item: Option<&Item>) -> bool {
        let value = |name: &String| item.and_then(|item| item.get(name));
        match self {
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(item)),
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(item)),
            Self::Absent(name) => value(name).is_none(),
            Self::Within(name, range) => {
                value(name).and_then(Scalar::of).is_some_and(|value| range.contains(&value))
            }
        }
    }

    /// The range of an attribute in the condition of a query.
    pub fn range(&self, name: &str) -> Range {
        match self {
            Self::Any(conditions) | Self::All(conditions) => {
                let ranges = conditions.iter().map(|condition| condition.range(name));
                ranges.reduce(|a, b| if a == (Unbounded, Unbounded) { b } else { a }).unwrap()
            }
            Self::Within(attribute, range) if attribute == name => range.clone(),
            Self::Within(..) | Self::Absent(_) => (Unbounded, Unbounded),
        }
    }
}
