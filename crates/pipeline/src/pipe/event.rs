use serde_json::value::{RawValue, to_raw_value};
use tablecast_protocol::event::{CloudEvent, DATACONTENTTYPE, SPECVERSION};
use tablecast_protocol::subject::Subject;
use tablecast_values::located::Located;
use tablecast_values::value::Value;

use super::Pipe;
use crate::record::Record;
use crate::schema::Schemas;

/// The content of an event beside its envelope.
#[derive(Debug)]
pub struct Content<'c> {
    pub event_type: &'c str,
    /// The place of its data in the pipe file.
    pub path: &'c str,
    pub data: Value<'c>,
    /// The version of the item.
    pub version: Option<String>,
}

/// Builds the events of one record.
pub struct EventBuilder<'m> {
    pub pipe: &'m Pipe,
    pub record: &'m Record<'m>,
    pub traceparent: Option<&'m str>,
    pub source: &'m str,
    pub subject: &'m Subject,
    pub schemas: &'m Schemas,
}

/// The attributes in which an event of a change differs from that of an item that was read.
struct Origin<'o> {
    id: &'o str,
    sequence: Option<&'o str>,
    snapshot: Option<&'o str>,
}

impl EventBuilder<'_> {
    pub fn of_change(&self, content: Content<'_>) -> Result<Box<RawValue>, Located> {
        let id = [&self.record.event_id, ":", content.event_type].concat();
        self.event(content, &Origin { id: &id, sequence: self.record.sequence.as_deref(), snapshot: None })
    }

    pub fn of_item(&self, content: Content<'_>, snapshot: &str, id: &str) -> Result<Box<RawValue>, Located> {
        self.event(content, &Origin { id, sequence: None, snapshot: Some(snapshot) })
    }

    fn event(&self, content: Content<'_>, origin: &Origin<'_>) -> Result<Box<RawValue>, Located> {
        let Content { event_type, path, data, version } = content;
        let schema = self.schemas.get(event_type).ok_or_else(|| Located::new(event_type, "has no schema"))?;
        schema.check(&data).map_err(|error| broken(event_type, error))?;
        let event = CloudEvent {
            specversion: SPECVERSION,
            id: origin.id,
            source: self.source,
            event_type,
            subject: Some(self.subject.as_str()),
            time: &self.record.time,
            datacontenttype: DATACONTENTTYPE,
            dataschema: &schema.id,
            sequence: origin.sequence,
            traceparent: self.traceparent,
            position: None,
            snapshot: origin.snapshot,
            version: version.as_deref(),
            data: &data,
        };
        sized(to_raw_value(&event), self.pipe.event_limit).map_err(|reason| Located::new(path, reason))
    }
}

fn sized(event: serde_json::Result<Box<RawValue>>, limit: usize) -> Result<Box<RawValue>, String> {
    let event = event.map_err(|error| error.to_string())?;
    match event.get().len() {
        bytes if bytes > limit => Err(format!(
            "the event has {bytes} bytes, but the bus accepts {limit}: list fewer attributes in data"
        )),
        _ => Ok(event),
    }
}

/// The error of an event that breaks its schema, with its place: `order.placed.v1/total`.
fn broken(event_type: &str, error: Located) -> Located {
    Located::new(format!("{event_type}{}", error.path), format!("breaks the schema: {}", error.reason))
}
