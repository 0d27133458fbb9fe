//! The CloudEvent around every event's data.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A CloudEvent 1.0 in JSON; the members are in this order.
#[derive(Debug, Serialize)]
pub struct CloudEvent<'e, D> {
    pub specversion: &'static str,
    /// For an event of a pipe: the record's id and the event type, so that the same record always gives the
    /// same id.
    pub id: &'e str,
    /// That of its channel.
    pub source: &'e str,
    #[serde(rename = "type")]
    pub event_type: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<&'e str>,
    /// RFC 3339.
    pub time: &'e str,
    pub datacontenttype: &'static str,
    pub dataschema: &'e str,
    /// CloudEvents' sequence extension: text order is the order of changes to one item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<&'e str>,
    /// CloudEvents' distributed tracing extension: the trace in which the item was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<&'e str>,
    /// The event's position in its log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<&'e str>,
    /// The CloudEvents extension of an event of state that was read for one client: the `id` of its message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<&'e str>,
    /// The CloudEvents extension of an event of state whose pipe has a version. Text order is the order of versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<&'e str>,
    pub data: D,
}

/// The bytes of all entries in one PutEvents request: 1 MB, since January 2026. Before, and where EventBridge
/// still has its old limit, 256 KB.
pub const MAX_BUS_BYTES: usize = 1024 * 1024;

/// More bytes than a bus entry has beside the event of `enrich`: time, source, detail-type, the event's
/// position and its mark `late`.
pub const BUS_OVERHEAD_BYTES: usize = 1024;

/// EventBridge's `source` of a pipe's events, which has no slash.
pub fn bus_source(pipe: &str) -> String {
    format!("tablecast.{pipe}")
}

/// The attributes of an event that decide who receives it.
#[derive(Debug, Deserialize)]
pub struct EventHead<'e> {
    #[serde(borrow)]
    pub id: Cow<'e, str>,
    #[serde(borrow, default)]
    pub source: Cow<'e, str>,
    #[serde(borrow, rename = "type")]
    pub event_type: Cow<'e, str>,
    #[serde(borrow)]
    pub subject: Cow<'e, str>,
    /// RFC 3339.
    #[serde(borrow)]
    pub time: Cow<'e, str>,
    /// True if it is older, by `sequence`, than an event of its subject that was appended before. `dispatch` sets
    /// this, so that only the log and its readers have it.
    #[serde(default)]
    pub late: bool,
    #[serde(borrow, default)]
    pub traceparent: Option<Cow<'e, str>>,
}

impl<'e> EventHead<'e> {
    /// The error names the attribute that is missing or wrong.
    pub fn parse(event: &'e str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(event)
    }
}

pub const SPECVERSION: &str = "1.0";
pub const DATACONTENTTYPE: &str = "application/json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_of_the_bus_names_the_pipe() {
        assert_eq!(bus_source("orders"), "tablecast.orders");
    }
}
