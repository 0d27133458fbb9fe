//! The parts of an event that the log reads.

use std::borrow::Cow;

use serde::Deserialize;
use tablecast_protocol::milliseconds_of;

#[derive(Debug, Deserialize)]
pub(crate) struct Head<'e> {
    #[serde(borrow)]
    pub id: Cow<'e, str>,
    #[serde(default, borrow)]
    subject: Option<Cow<'e, str>>,
    /// RFC 3339.
    #[serde(default, borrow)]
    time: Option<Cow<'e, str>>,
    #[serde(default, borrow)]
    sequence: Option<Cow<'e, str>>,
    #[serde(default)]
    pub late: bool,
}

/// The change of an item that an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change<'e> {
    pub subject: Cow<'e, str>,
    /// Text order is the order of changes to one item.
    pub sequence: Cow<'e, str>,
    /// Milliseconds since the epoch.
    pub time: i64,
}

impl<'e> Head<'e> {
    pub fn parse(event: &'e str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(event)
    }

    /// None if the event has no place in the order of its subject.
    pub fn change(self) -> Option<Change<'e>> {
        let time = milliseconds_of(&self.time?)?;
        Some(Change { subject: self.subject?, sequence: self.sequence?, time })
    }
}

impl Change<'_> {
    pub fn into_owned(self) -> Change<'static> {
        let Self { subject, sequence, time } = self;
        Change { subject: subject.into_owned().into(), sequence: sequence.into_owned().into(), time }
    }

    /// Returns whether the other change of the same subject is later. Sequence and time agree for changes of one
    /// item. Two items can share a subject, and then their shards have sequences of their own.
    pub fn is_before(&self, other: &Change<'_>) -> bool {
        self.subject == other.subject && self.sequence < other.sequence && self.time <= other.time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(subject: &'static str, sequence: &'static str, time: i64) -> Change<'static> {
        Change { subject: subject.into(), sequence: sequence.into(), time }
    }

    #[test]
    fn a_change_is_before_one_of_its_subject_with_a_greater_sequence_that_is_not_older() {
        let one = change("orders/1", "0007", 1000);
        for (other, expected) in [
            (change("orders/1", "0008", 1000), true),
            (change("orders/1", "0010", 2000), true),
            (change("orders/1", "0007", 1000), false),
            (change("orders/1", "0006", 2000), false),
            (change("orders/1", "0008", 999), false),
            (change("orders/2", "0008", 2000), false),
        ] {
            assert_eq!(one.is_before(&other), expected, "{other:?}");
        }
    }

    #[test]
    fn an_event_without_time_sequence_or_subject_has_no_order() {
        let event = r#"{"id":"1","subject":"orders/\u0031","time":"2026-11-23T05:00:00Z","sequence":"07"}"#;
        let read = |event: &str| Head::parse(event).unwrap().change().map(|change| change.time);
        assert_eq!(read(event), Some(1_795_410_000_000));
        for name in ["subject", "time", "sequence"] {
            assert_eq!(read(&event.replace(name, "other")), None, "{name}");
        }
        assert_eq!(read(&event.replace("2026-11-23T05:00:00Z", "yesterday")), None);
    }
}
