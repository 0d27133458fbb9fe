use chrono::{DateTime, SecondsFormat};
use serde::Serialize;

use crate::event::{DATACONTENTTYPE, SPECVERSION};

/// Where the schemas of these events are; each file's `$id` says the same.
const SCHEMAS: &str = "https://tablecast.example/schemas";

/// CloudEvents `source` of what is about no pipe.
pub const SOURCE: &str = "tablecast";

/// An event of tablecast itself. Each has a schema, `schemas/<its type>.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Control {
    Subscribed {
        subjects: Vec<Answer>,
    },
    Unsubscribed {
        subjects: Vec<String>,
    },
    Pong {},
    #[serde(rename_all = "camelCase")]
    Refreshed {
        /// RFC 3339.
        expires_at: String,
        /// Subscriptions that the new token does not grant any more.
        removed: Vec<String>,
    },
    Error {
        code: ErrorCode,
        message: String,
        closing: bool,
    },
    EventTooLarge(TooLarge),
}

/// What became of one subject of a `subscribe`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub subject: String,
    pub granted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<RefusalReason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalReason {
    /// Badly written, another's, or nobody's: which of these, is not told.
    NotGranted,
    TooManySubscriptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    BadMessage,
    UnknownAction,
    MessageTooLarge,
    TooManyMessages,
    RefreshRefused,
    Expired,
    Unavailable,
}

/// Names an event that is too large for a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TooLarge {
    pub id: String,
    #[serde(rename = "type")]
    pub event_type: String,
    pub subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataschema: Option<String>,
    /// Of the whole event.
    pub bytes: usize,
}

/// What an event says beside its type and data.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'e> {
    pub id: &'e str,
    pub source: &'e str,
    pub subject: Option<&'e str>,
    /// RFC 3339.
    pub time: &'e str,
    pub sequence: Option<&'e str>,
    /// The client's own id of the message that is answered.
    pub request: Option<&'e str>,
}

#[derive(Serialize)]
struct Event<'e> {
    specversion: &'static str,
    id: &'e str,
    source: &'e str,
    #[serde(rename = "type")]
    event_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'e str>,
    time: &'e str,
    datacontenttype: &'static str,
    dataschema: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<&'e str>,
    data: Data<'e>,
}

#[derive(Serialize)]
struct Data<'e> {
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'e str>,
    #[serde(flatten)]
    control: &'e Control,
}

impl Control {
    pub fn error(code: ErrorCode, message: impl Into<String>) -> Self {
        let closing = matches!(code, ErrorCode::Expired | ErrorCode::TooManyMessages);
        Self::Error { code, message: message.into(), closing }
    }

    pub fn event_type(&self) -> &'static str {
        match self {
            Self::Subscribed { .. } => "tablecast.subscribed.v1",
            Self::Unsubscribed { .. } => "tablecast.unsubscribed.v1",
            Self::Pong {} => "tablecast.pong.v1",
            Self::Refreshed { .. } => "tablecast.refreshed.v1",
            Self::Error { .. } => "tablecast.error.v1",
            Self::EventTooLarge(_) => "tablecast.event-too-large.v1",
        }
    }

    /// The CloudEvent as JSON.
    pub fn event(&self, envelope: &Envelope<'_>) -> String {
        let event_type = self.event_type();
        let event = Event {
            specversion: SPECVERSION,
            id: envelope.id,
            source: envelope.source,
            event_type,
            subject: envelope.subject,
            time: envelope.time,
            datacontenttype: DATACONTENTTYPE,
            dataschema: format!("{SCHEMAS}/{event_type}.json"),
            sequence: envelope.sequence,
            data: Data { request: envelope.request, control: self },
        };
        // Texts, numbers and lists of them: there is nothing here that JSON cannot hold.
        serde_json::to_string(&event).unwrap_or_default()
    }
}

impl<'e> Envelope<'e> {
    /// Of an event that answers a client, or tells it something about its connection.
    pub fn own(id: &'e str, time: &'e str, request: Option<&'e str>) -> Self {
        Self { id, source: SOURCE, subject: None, time, sequence: None, request }
    }
}

/// Milliseconds since the epoch as RFC 3339.
pub fn rfc3339(millis: i64) -> String {
    let time = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests;
