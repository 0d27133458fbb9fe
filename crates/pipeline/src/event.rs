//! A CloudEvent 1.0 in its JSON form, its members in this order.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::value::Value;

#[derive(Debug, Serialize)]
pub struct Event<'s> {
    pub specversion: &'static str,
    /// The record's id and the event type: the same record always gives the same id.
    pub id: &'s str,
    /// See [`source`].
    pub source: &'s str,
    #[serde(rename = "type")]
    pub event_type: &'s str,
    pub subject: &'s str,
    pub time: &'s str,
    pub datacontenttype: &'static str,
    pub dataschema: &'s str,
    /// CloudEvents' sequence extension: text order is the order of changes to one item.
    pub sequence: &'s str,
    pub data: &'s Value<'s>,
}

/// CloudEvents `source` of a pipe's events.
pub fn source(pipe: &str) -> String {
    format!("tablecast/{pipe}")
}

/// EventBridge's `source` of a pipe's events: it has no slashes there.
pub fn bus_source(pipe: &str) -> String {
    format!("tablecast.{pipe}")
}

/// What is needed of an event's text to know whom it concerns.
#[derive(Debug, Deserialize)]
pub struct Heading<'e> {
    #[serde(borrow)]
    pub id: Cow<'e, str>,
    #[serde(borrow, rename = "type")]
    pub event_type: Cow<'e, str>,
    #[serde(borrow)]
    pub subject: Cow<'e, str>,
    /// RFC 3339.
    #[serde(borrow)]
    pub time: Cow<'e, str>,
}

impl<'e> Heading<'e> {
    /// The error names what is missing or wrong.
    pub fn read(event: &'e str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(event)
    }
}

pub const SPECVERSION: &str = "1.0";
pub const DATACONTENTTYPE: &str = "application/json";
