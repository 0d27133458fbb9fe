use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use tablecast_protocol::Position;
use tablecast_protocol::event_type::is_control;
use tablecast_protocol::subject::Subject;

/// The type of the event that replaces one over 128 KB. Fetch the item that its `data.subject` names.
pub const TOO_LARGE: &str = "tablecast.event-too-large.v1";

/// A CloudEvent 1.0, with its text as the server sent it.
pub struct Event {
    text: Box<RawValue>,
    attributes: Attributes,
    subject: Option<Subject>,
    position: Option<Position>,
}

#[derive(Debug, Deserialize)]
struct Attributes {
    specversion: String,
    id: String,
    source: String,
    #[serde(rename = "type")]
    event_type: String,
    #[serde(default, deserialize_with = "lenient")]
    subject: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    time: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    sequence: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    position: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    late: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    traceparent: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    snapshot: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    version: Option<String>,
}

/// None for a value of another form: it must not end every connection that replays the event.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(input: D) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_str(<&RawValue>::deserialize(input)?.get()).ok())
}

#[derive(Deserialize)]
struct OnlyData<T> {
    data: T,
}

#[derive(Deserialize)]
struct OnlyType {
    #[serde(rename = "type")]
    event_type: String,
}

impl Event {
    /// Reads a CloudEvent. None for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_raw(serde_json::from_str(text).ok()?)
    }

    pub(crate) fn from_raw(text: Box<RawValue>) -> Option<Self> {
        let attributes: Attributes = serde_json::from_str(text.get()).ok()?;
        let Attributes { id, source, event_type, .. } = &attributes;
        let is_event =
            attributes.specversion == "1.0" && [id, source, event_type].iter().all(|text| !text.is_empty());
        let subject = attributes.subject.as_deref().and_then(|text| Subject::parse(text).ok());
        let position = attributes.position.as_deref().and_then(|text| text.parse().ok());
        is_event.then_some(Self { text, attributes, subject, position })
    }

    /// The whole event in JSON, unchanged.
    pub fn json(&self) -> &str {
        self.text.get()
    }

    /// Stays the same when the event arrives again, on any channel.
    pub fn id(&self) -> &str {
        &self.attributes.id
    }

    /// The channel of the event: `tablecast/orders/acme`.
    pub fn source(&self) -> &str {
        &self.attributes.source
    }

    pub fn event_type(&self) -> &str {
        &self.attributes.event_type
    }

    /// For example `orders/acme/1001`.
    pub fn subject(&self) -> Option<&str> {
        self.attributes.subject.as_deref()
    }

    /// RFC 3339.
    pub fn time(&self) -> Option<&str> {
        self.attributes.time.as_deref()
    }

    /// Orders the changes of one item. Compare as text.
    pub fn sequence(&self) -> Option<&str> {
        self.attributes.sequence.as_deref()
    }

    /// The place of the event in the log of its source.
    pub fn position(&self) -> Option<Position> {
        self.position
    }

    /// True if the event is older than one of its subject that was sent before. It is no news.
    pub fn is_late(&self) -> bool {
        self.attributes.late == Some(true)
    }

    /// The trace in which the item was changed, as W3C Trace Context writes it.
    pub fn traceparent(&self) -> Option<&str> {
        self.attributes.traceparent.as_deref()
    }

    /// Grows with each change of the item, if the pipe has a `version`. Compare as text.
    pub fn version(&self) -> Option<&str> {
        self.attributes.version.as_deref()
    }

    /// The id of the message that requested this state.
    pub(crate) fn snapshot(&self) -> Option<&str> {
        self.attributes.snapshot.as_deref()
    }

    /// Reads the data. A type with `Box<RawValue>` keeps all digits of a number.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str::<OnlyData<T>>(self.text.get()).map(|event| event.data)
    }

    /// The server sends control events to the client itself, not to the application.
    pub(crate) fn is_control(&self) -> bool {
        is_control(self.event_type()) && self.event_type() != TOO_LARGE
    }

    pub(crate) fn parsed_subject(&self) -> Option<&Subject> {
        self.subject.as_ref()
    }

    /// The type by which subscriptions select the event. That of an event that is too large is in its replacement.
    pub(crate) fn selected_type(&self) -> String {
        let replaced = (self.event_type() == TOO_LARGE).then(|| self.data::<OnlyType>().ok()).flatten();
        replaced.map_or_else(|| self.event_type().to_owned(), |data| data.event_type)
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.attributes.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_optional_attribute_of_another_form_is_left_out() {
        let own = r#""specversion":"1.0","id":"1","source":"s","type":"t""#;
        let other =
            r#""subject":1,"time":{"a":[]},"sequence":7,"position":null,"late":"yes","traceparent":7"#;
        let event = Event::parse(&format!("{{{own},{other}}}")).unwrap();
        assert_eq!((event.subject(), event.time(), event.sequence()), (None, None, None));
        assert!(event.position().is_none() && !event.is_late() && event.traceparent().is_none());
        assert_eq!(
            Event::parse(&format!("{{{own},\"sequence\":\"a\\n\"}}")).unwrap().sequence(),
            Some("a\n")
        );
    }
}
