use std::borrow::Cow;

use aws_sdk_eventbridge::primitives::{DateTime, DateTimeFormat};
use serde_json::value::RawValue;
use tablecast_event_log::EVENT_BYTES;
use tablecast_protocol::channel::Channel;
use tablecast_protocol::event::EventHead;
use tablecast_protocol::subject::Subject;
use tablecast_protocol::traceparent::trace_id;
use tablecast_protocol::{Position, with_late, with_position};
use tablecast_push::RoutedEvent;

/// A CloudEvent as text, with the attributes that route it.
#[derive(Debug)]
pub struct Event {
    /// The eventID of its record.
    pub record: String,
    pub pipe: String,
    pub id: String,
    /// That of its channel.
    pub source: String,
    pub event_type: String,
    pub subject: Subject,
    pub time: DateTime,
    pub text: Box<str>,
    /// True if the event is published on the bus.
    pub bus: bool,
    pub traceparent: Option<String>,
    /// True if this process delivered it to its clients before, and the pipe sends it again for another reason.
    pub is_delivered: bool,
}

impl Event {
    /// The error names the attribute that is missing or wrong.
    pub fn read(record: &str, pipe: &str, text: Box<RawValue>) -> Result<Self, String> {
        if !text.get().starts_with('{') || text.get().len() > EVENT_BYTES {
            return Err(format!("the event is not a JSON object of at most {EVENT_BYTES} bytes"));
        }
        let head = EventHead::parse(text.get()).map_err(|error| error.to_string())?;
        if head.late {
            return Err("late is set by dispatch only".to_owned());
        }
        let source = head.source.into_owned();
        Channel::of_source(&source).ok_or_else(|| format!("source {source:?} is not that of a channel"))?;
        let subject = Subject::parse(&head.subject).map_err(|error| format!("subject {error}"))?;
        let time = DateTime::from_str(&head.time, DateTimeFormat::DateTimeWithOffset)
            .map_err(|error| format!("time: {error}"))?;
        let event_type = head.event_type.into_owned();
        let traceparent = head.traceparent.map(Cow::into_owned);
        Ok(Self {
            record: record.to_owned(),
            pipe: pipe.to_owned(),
            id: head.id.into_owned(),
            source,
            event_type,
            subject,
            time,
            text: text.into(),
            bus: true,
            traceparent,
            is_delivered: false,
        })
    }

    /// The trace of its change, for log lines.
    pub fn trace_id(&self) -> Option<&str> {
        self.traceparent.as_deref().and_then(trace_id)
    }

    pub fn routed(&self) -> RoutedEvent<'_> {
        let Self { source, subject, event_type, text, .. } = self;
        RoutedEvent { source, subject, event_type, text }
    }

    /// The log, the bus and every client have the event with its position, and with its mark if it is late.
    pub fn logged(&self, position: Position, late: bool, is_delivered: bool) -> Self {
        let text = if late { &with_late(&self.text) } else { &*self.text };
        Self { text: with_position(text, position).into(), is_delivered, ..self.head() }
    }

    /// The event without its text.
    fn head(&self) -> Self {
        Self {
            record: self.record.clone(),
            pipe: self.pipe.clone(),
            id: self.id.clone(),
            source: self.source.clone(),
            event_type: self.event_type.clone(),
            subject: self.subject.clone(),
            traceparent: self.traceparent.clone(),
            text: Box::default(),
            ..*self
        }
    }
}

#[cfg(test)]
mod tests;
