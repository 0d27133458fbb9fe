use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Which log: one that is made anew is another, though its offsets begin at 1 again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch(pub u64);

/// An event's place in the log of its pipe: `<epoch>-<offset>`. Offset 0 is the place before the first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    pub epoch: Epoch,
    pub offset: u64,
}

/// It is not of the form that positions are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no position")]
pub struct NoPosition;

/// The event with its position, told first of all. The log and every delivery have the same text.
pub fn place(event: &str, position: Position) -> String {
    format!(r#"{{"position":"{position}",{}"#, members(event))
}

/// The event as it is told again: `replayed` names the replay. An extension of CloudEvents, told first of all.
pub fn mark(event: &str, replay: &str) -> String {
    format!(r#"{{"replayed":{},{}"#, serde_json::Value::from(replay), members(event))
}

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
    type Err = NoPosition;

    fn from_str(text: &str) -> Result<Self, NoPosition> {
        canonical(text, u64::from_str_radix(text, 16).map(Self))
    }
}

impl FromStr for Position {
    type Err = NoPosition;

    fn from_str(text: &str) -> Result<Self, NoPosition> {
        let (epoch, offset) = text.split_once('-').ok_or(NoPosition)?;
        Ok(Self { epoch: epoch.parse()?, offset: canonical(offset, offset.parse())? })
    }
}

/// One position has one text: signs, leading zeros and capitals are not ours.
fn canonical<T: fmt::Display, E>(text: &str, value: Result<T, E>) -> Result<T, NoPosition> {
    value.ok().filter(|value| value.to_string() == text).ok_or(NoPosition)
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
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_position_is_told_as_epoch_and_offset() {
        let position = Position { epoch: Epoch(0xab), offset: 42 };
        assert_eq!(position.to_string(), "00000000000000ab-42");
    }

    #[test]
    fn what_is_not_exactly_such_a_text_is_no_position() {
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
            assert_eq!(text.parse::<Position>(), Err(NoPosition), "{text:?}");
        }
    }

    #[test]
    fn an_event_says_its_position_and_all_that_it_said_before() {
        let position = Position { epoch: Epoch(1), offset: 7 };
        let placed = place(r#"{"id":"1","data":{"n":1.10}}"#, position);
        assert_eq!(placed, r#"{"position":"0000000000000001-7","id":"1","data":{"n":1.10}}"#);
    }

    #[test]
    fn an_event_that_is_told_again_says_so_and_all_that_it_said_before() {
        let marked = mark(r#"{"id":"1","data":{"n":1.10}}"#, r#"a "fix""#);
        assert_eq!(marked, r#"{"replayed":"a \"fix\"","id":"1","data":{"n":1.10}}"#);
    }

    proptest! {
        #[test]
        fn a_position_is_read_as_it_was_told(epoch: u64, offset: u64) {
            let position = Position { epoch: Epoch(epoch), offset };
            prop_assert_eq!(position.to_string().parse(), Ok(position));
        }
    }
}
