use serde::Serialize;
use serde_json::value::RawValue;
use tablecast_protocol::element;
use tablecast_protocol::event::EventHead;
use tablecast_rejected::Cause;

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

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    pub id: String,
    #[serde(rename = "type")]
    pub event_type: String,
    pub subject: String,
    /// The channel.
    pub source: String,
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
