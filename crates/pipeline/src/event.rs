//! A CloudEvent 1.0 in its JSON form, its members in this order.

use serde::Serialize;

use crate::value::Value;

#[derive(Debug, Serialize)]
pub struct Event<'s> {
    pub specversion: &'static str,
    /// The record's id and the event type: the same record always gives the same id.
    pub id: &'s str,
    /// `tablecast/<pipe>`
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

pub const SPECVERSION: &str = "1.0";
pub const DATACONTENTTYPE: &str = "application/json";
