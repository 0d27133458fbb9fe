use serde::Serialize;

use crate::Control;
use crate::event::{CloudEvent, DATACONTENTTYPE, SPECVERSION};

/// The base URL of the control events' schemas. The `$id` of each file begins with it.
const SCHEMAS: &str = "https://tablecast.example/schemas";

/// CloudEvents `source` of events that belong to no pipe.
const SOURCE: &str = "tablecast";

/// The CloudEvents attributes of a control event, without type and data.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'e> {
    pub id: &'e str,
    pub source: &'e str,
    pub subject: Option<&'e str>,
    /// RFC 3339.
    pub time: &'e str,
    pub sequence: Option<&'e str>,
    /// The position in the log.
    pub position: Option<&'e str>,
    /// The trace in which the item was changed.
    pub traceparent: Option<&'e str>,
    /// The `snapshot` of the event that it replaces.
    pub snapshot: Option<&'e str>,
    /// The `version` of the event that it replaces.
    pub version: Option<&'e str>,
    /// The client's own id of the message to which this event replies.
    pub request: Option<&'e str>,
}

#[derive(Serialize)]
struct Data<'e> {
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'e str>,
    #[serde(flatten)]
    control: &'e Control,
}

impl<'e> Envelope<'e> {
    /// The envelope of a reply, or of an event about the connection.
    pub fn own(id: &'e str, time: &'e str, request: Option<&'e str>) -> Self {
        Self {
            id,
            source: SOURCE,
            subject: None,
            time,
            sequence: None,
            position: None,
            traceparent: None,
            snapshot: None,
            version: None,
            request,
        }
    }
}

impl Control {
    /// The CloudEvent as JSON.
    pub fn event(&self, envelope: &Envelope<'_>) -> String {
        let event_type = self.event_type();
        let event = CloudEvent {
            specversion: SPECVERSION,
            id: envelope.id,
            source: envelope.source,
            event_type,
            subject: envelope.subject,
            time: envelope.time,
            datacontenttype: DATACONTENTTYPE,
            dataschema: &format!("{SCHEMAS}/{event_type}.json"),
            sequence: envelope.sequence,
            traceparent: envelope.traceparent,
            position: envelope.position,
            snapshot: envelope.snapshot,
            version: envelope.version,
            data: Data { request: envelope.request, control: self },
        };
        // Control events consist of texts, numbers and lists, so serialization cannot fail.
        serde_json::to_string(&event).unwrap_or_default()
    }
}
