use std::net::IpAddr;

use serde_json::Value;

use super::network::Network;
use super::number::Range;
use super::text::TextTest;

/// One entry of a leaf's list.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// A string, number, boolean or null. Numbers compare by value, so 35 equals 35.0.
    Equals(Value),
    Text(TextTest),
    AnythingBut(Vec<Excluded>),
    Numeric(Range),
    Cidr(Network),
    Present,
    /// Considers the whole event, not one value.
    Absent,
}

/// One entry of an `anything-but`.
#[derive(Debug, Clone, PartialEq)]
pub enum Excluded {
    Value(Value),
    Text(TextTest),
}

impl Test {
    /// Returns whether the value matches. It is neither an object nor an array.
    pub fn matches(&self, leaf: &Value) -> bool {
        match self {
            Self::Equals(wanted) => equal(wanted, leaf),
            Self::Text(test) => leaf.as_str().is_some_and(|text| test.matches(text)),
            Self::AnythingBut(excluded) => !excluded.iter().any(|entry| entry.matches(leaf)),
            Self::Numeric(range) => exact(leaf).is_some_and(|number| range.contains(number)),
            Self::Cidr(network) => address(leaf).is_some_and(|address| network.contains(address)),
            Self::Present => true,
            Self::Absent => false,
        }
    }
}

impl Excluded {
    fn matches(&self, leaf: &Value) -> bool {
        match self {
            Self::Value(value) => equal(value, leaf),
            Self::Text(test) => leaf.as_str().is_some_and(|text| test.matches(text)),
        }
    }
}

/// Whole numbers compare by their digits, because a float of 64 bits cannot hold all of them.
fn equal(wanted: &Value, leaf: &Value) -> bool {
    match (integer(wanted), integer(leaf)) {
        (Some(wanted), Some(number)) => wanted == number,
        _ => wanted == leaf,
    }
}

/// A number that EventBridge compares with others: a float holds it exactly.
fn exact(leaf: &Value) -> Option<f64> {
    let float = leaf.as_f64()?;
    integer(leaf).is_none_or(|whole| whole == float as i128).then_some(float)
}

/// A whole number, also of a float such as `35.0`. `None` for other values.
fn integer(value: &Value) -> Option<i128> {
    let whole = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    whole.or_else(|| value.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i128))
}

fn address(leaf: &Value) -> Option<IpAddr> {
    leaf.as_str()?.parse().ok()
}
