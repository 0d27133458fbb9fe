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
            Self::Numeric(range) => leaf.as_f64().is_some_and(|number| range.contains(number)),
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

fn equal(wanted: &Value, leaf: &Value) -> bool {
    match (wanted.as_f64(), leaf.as_f64()) {
        (Some(wanted), Some(number)) => wanted == number,
        _ => wanted == leaf,
    }
}

fn address(leaf: &Value) -> Option<IpAddr> {
    leaf.as_str()?.parse().ok()
}
