use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Identifies a log, or its continuation after all its events expired. It is the time at which the
/// first event was appended, in milliseconds since 1970, or a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);

/// An event's position in its log: `<epoch>-<offset>`. Offset 0 is before the first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    pub epoch: Epoch,
    pub offset: u64,
}

impl Position {
    /// The position of a source that has no log: a pattern wider than a channel.
    pub const NONE: Self = Self { epoch: Epoch(0), offset: 0 };
}

/// The text is not a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a position: send the position of an event or a control event, unchanged")]
pub struct InvalidPosition;

/// Adds the position as the first member of an event. The log and every delivery have the same text.
pub fn with_position(event: &str, position: Position) -> String {
    format!(r#"{{"position":"{position}",{}"#, members(event))
}

/// Adds the CloudEvents extension `replayed` as the first member of an event. It names the replay.
pub fn with_replay(event: &str, replay: &str) -> String {
    format!(r#"{{"replayed":{},{}"#, serde_json::Value::from(replay), members(event))
}

/// Adds the CloudEvents extension `late` as the first member of an event. The log and every delivery have it.
pub fn with_late(event: &str) -> String {
    format!(r#"{{"late":true,{}"#, members(event))
}

/// Bytes that `with_late` adds.
pub const LATE_BYTES: usize = r#""late":true,"#.len();

fn members(event: &str) -> &str {
    event.strip_prefix('{').unwrap_or(event)
}

impl fmt::Display for Epoch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:016x}", self.0)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.epoch, self.offset)
    }
}

impl FromStr for Epoch {
    type Err = InvalidPosition;

    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        canonical(text, u64::from_str_radix(text, 16).map(Self))
    }
}

impl FromStr for Position {
    type Err = InvalidPosition;

    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        let (epoch, offset) = text.split_once('-').ok_or(InvalidPosition)?;
        Ok(Self { epoch: epoch.parse()?, offset: canonical(offset, offset.parse())? })
    }
}

/// Accepts only the canonical text of a value, so that a position has one text: no sign, leading zero or
/// capital.
fn canonical<T: fmt::Display, E>(text: &str, value: Result<T, E>) -> Result<T, InvalidPosition> {
    value.ok().filter(|value| value.to_string() == text).ok_or(InvalidPosition)
}

impl Serialize for Epoch {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Epoch {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_position_is_written_as_epoch_and_offset() {
        let position = Position { epoch: Epoch(0xab), offset: 42 };
        assert_eq!(position.to_string(), "00000000000000ab-42");
    }

    #[test]
    fn a_text_that_is_not_canonical_is_not_a_position() {
        for text in [
            "",
            "-",
            "42",
            "00000000000000ab-",
            "00000000000000ab--1",
            "00000000000000ab-+1",
            "00000000000000ab-01",
            "00000000000000AB-1",
            "ab-1",
            "+0000000000000ab-1",
            "00000000000000ab-1 ",
            "00000000000000ab-18446744073709551616",
            "00000000000000ab-1-1",
        ] {
            assert_eq!(text.parse::<Position>(), Err(InvalidPosition), "{text:?}");
        }
    }

    #[test]
    fn a_position_becomes_the_first_member_of_an_event() {
        let position = Position { epoch: Epoch(1), offset: 7 };
        let placed = with_position(r#"{"id":"1","data":{"n":1.10}}"#, position);
        assert_eq!(placed, r#"{"position":"0000000000000001-7","id":"1","data":{"n":1.10}}"#);
    }

    #[test]
    fn a_replay_becomes_the_first_member_of_an_event() {
        let marked = with_replay(r#"{"id":"1","data":{"n":1.10}}"#, r#"a "fix""#);
        assert_eq!(marked, r#"{"replayed":"a \"fix\"","id":"1","data":{"n":1.10}}"#);
    }

    #[test]
    fn the_mark_of_a_late_event_is_a_boolean_and_its_first_member() {
        let (event, marked) = (r#"{"id":"1"}"#, with_late(r#"{"id":"1"}"#));
        assert_eq!(marked, r#"{"late":true,"id":"1"}"#);
        assert_eq!(marked.len(), event.len() + LATE_BYTES);
    }

    proptest! {
        #[test]
        fn a_position_is_parsed_as_it_was_written(epoch: u64, offset: u64) {
            let position = Position { epoch: Epoch(epoch), offset };
            prop_assert_eq!(position.to_string().parse(), Ok(position));
        }
    }
}
