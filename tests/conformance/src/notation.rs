//! The short forms of scenario files.
//!
//! - `first-11`, `second-3`: a position in the first or second epoch of a log
//! - `none`: the position of a source without a log
//! - `acme 11..20`: ten values, from `acme 11` to `acme 20`
//! - `tablecast/orders/1..400`: as the name of a member, 400 members

use std::iter::repeat;

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use crate::step::Step;

/// The epochs, in order. Real ones have this form: milliseconds in hexadecimal digits.
const EPOCHS: [(&str, &str); 3] =
    [("first", "0000019abd0c3f80"), ("second", "0000019abd0d0000"), ("third", "0000019abd0e0000")];

pub const WITHOUT_LOG: &str = "0000000000000000-0";

/// Returns the position that a short form means.
pub fn position(text: &str) -> Option<String> {
    if text == "none" {
        return Some(WITHOUT_LOG.to_owned());
    }
    let (name, offset) = text.split_once('-')?;
    let (_, epoch) = EPOCHS.iter().find(|(known, _)| *known == name)?;
    let is_offset = !offset.is_empty() && offset.bytes().all(|byte| byte.is_ascii_digit());
    is_offset.then(|| format!("{epoch}-{offset}"))
}

/// Returns the values that `acme 11..20` means. Any other value is itself.
pub fn range(value: Value) -> Vec<Value> {
    let ends = value.as_str().and_then(|text| {
        let (start, to) = text.split_once("..")?;
        let (prefix, from) = start.rsplit_once(' ')?;
        Some((prefix, from.parse::<u64>().ok()?, to.parse::<u64>().ok()?))
    });
    match ends {
        Some((prefix, from, to)) => (from..=to).map(|n| format!("{prefix} {n}").into()).collect(),
        None => vec![value],
    }
}

/// Replaces every short form in a value.
fn expand(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(position(&text).unwrap_or(text)),
        Value::Array(values) => values.into_iter().map(expand).collect(),
        Value::Object(members) => {
            let expanded = members.into_iter().map(|(name, value)| (name, expand(value)));
            let each = expanded.flat_map(|(name, value)| names(&name).into_iter().zip(repeat(value)));
            Value::Object(each.collect::<Map<_, _>>())
        }
        other => other,
    }
}

/// Returns the names that `tablecast/orders/1..400` means. Any other name is itself.
fn names(name: &str) -> Vec<String> {
    let ends = name.split_once("..").and_then(|(start, to)| {
        let prefix = start.trim_end_matches(|last: char| last.is_ascii_digit());
        Some((prefix, start[prefix.len()..].parse::<u64>().ok()?, to.parse::<u64>().ok()?))
    });
    match ends {
        Some((prefix, from, to)) => (from..=to).map(|n| format!("{prefix}{n}")).collect(),
        None => vec![name.to_owned()],
    }
}

/// Reads the steps of a scenario.
pub fn steps<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Step>, D::Error> {
    let steps = Vec::<Value>::deserialize(deserializer)?;
    let parse = |(n, value): (usize, Value)| {
        let text = value.to_string();
        Step::parse(expand(value))
            .map_err(|error| de::Error::custom(format!("step {}, {text}: {error}", n + 1)))
    };
    steps.into_iter().enumerate().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_epochs_become_positions() {
        assert_eq!(position("first-11").as_deref(), Some("0000019abd0c3f80-11"));
        assert_eq!(position("none").as_deref(), Some("0000000000000000-0"));
        assert!(position("first-11") < position("second-1") && position("second-1") < position("third-1"));
        for other in ["fourth-1", "first", "first-", "first-x", "not-granted"] {
            assert_eq!(position(other), None, "{other}");
        }
    }

    #[test]
    fn a_range_of_names_becomes_members_with_one_value() {
        let members = serde_json::json!({"a/9..11": "first-1", "b..c": 1});
        let position = position("first-1");
        let expected = serde_json::json!({"a/9": position, "a/10": position, "a/11": position, "b..c": 1});
        assert_eq!(expand(members), expected);
    }

    #[test]
    fn a_range_becomes_its_values() {
        assert_eq!(range("event acme 9..11".into()), ["event acme 9", "event acme 10", "event acme 11"]);
        for other in ["acme 9", "acme", "9..11", "acme a..b"] {
            assert_eq!(range(other.into()), [other]);
        }
    }
}
