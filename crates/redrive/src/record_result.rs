use serde::Serialize;
use serde_json::value::RawValue;
use tablecast_protocol::element;
use tablecast_protocol::event::EventHead;
use tablecast_rejected::Cause;

use crate::outcome::Outcome;

/// The result of a record: that of `enrich`, or the failure of dispatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordResult {
    /// These events, and whether the bus gets them. Without a matching rule there are none.
    Events(Vec<Event>, bool),
    Rejected(Cause),
    /// There was no space left in the response, or it was in the second half of a batch that failed.
    Deferred,
    /// Dispatch could not deliver it.
    Failed,
}

/// The result of one record of the work.
#[derive(Debug)]
pub struct Attempted {
    /// The index of the record.
    pub record: usize,
    pub result: RecordResult,
}

/// The element of one record of the work.
#[derive(Debug)]
pub struct Enriched {
    /// The index of the record.
    pub record: usize,
    pub element: Element,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    pub id: String,
    #[serde(rename = "type")]
    pub event_type: String,
    pub subject: String,
    /// The channel.
    pub source: String,
}

impl RecordResult {
    /// Returns whether the record must go through the functions again.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Failed | Self::Deferred)
    }

    /// Returns the outcome of the record: `delivered`, if it has events. `None` while it is open.
    pub fn outcome(&self, delivered: Outcome) -> Option<Outcome> {
        match self {
            Self::Failed | Self::Deferred => None,
            Self::Rejected(_) => Some(Outcome::Rejected),
            Self::Events(events, _) if events.is_empty() => Some(Outcome::Unmatched),
            Self::Events(..) => Some(delivered),
        }
    }
}

/// An element of the response of `enrich`, whole, so that no member of a newer version is lost.
#[derive(Debug)]
pub struct Element {
    pub id: String,
    pub raw: Box<RawValue>,
    pub result: RecordResult,
}

impl Element {
    pub fn read(raw: Box<RawValue>) -> Result<Self, String> {
        let element: element::Element = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
        let events = element.events.iter().map(|event| Event::read(event.get())).collect::<Result<_, _>>()?;
        let result = match element.rejected {
            _ if element.deferred => RecordResult::Deferred,
            Some(element::Rejected { path, reason, .. }) => RecordResult::Rejected(Cause { path, reason }),
            None => RecordResult::Events(events, element.bus),
        };
        Ok(Self { id: element.event_id, raw, result })
    }

    pub fn deferred(id: &str) -> Self {
        Self { id: id.to_owned(), raw: RawValue::NULL.to_owned(), result: RecordResult::Deferred }
    }
}

impl Event {
    fn read(text: &str) -> Result<Self, String> {
        let head = EventHead::parse(text).map_err(|error| error.to_string())?;
        Ok(Self {
            id: head.id.into_owned(),
            event_type: head.event_type.into_owned(),
            subject: head.subject.into_owned(),
            source: head.source.into_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_an_outcome_unless_it_is_open() {
        let event = || Event {
            id: "1".to_owned(),
            event_type: "a.v1".to_owned(),
            subject: "orders/1".to_owned(),
            source: "tablecast/orders".to_owned(),
        };
        let cause = Cause { path: String::new(), reason: "r".to_owned() };
        let results = [
            (RecordResult::Events(vec![event()], true), Some(Outcome::Redriven)),
            (RecordResult::Events(Vec::new(), true), Some(Outcome::Unmatched)),
            (RecordResult::Rejected(cause), Some(Outcome::Rejected)),
            (RecordResult::Deferred, None),
            (RecordResult::Failed, None),
        ];
        for (result, outcome) in results {
            assert_eq!(result.outcome(Outcome::Redriven), outcome);
            assert_eq!(result.is_open(), outcome.is_none());
        }
    }
}
