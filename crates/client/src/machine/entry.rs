use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::wire::event::{Event, TOO_LARGE};

/// One item of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Data(ItemData),
    /// The server cannot send the item, because it is `too-large` or `invalid`.
    Missing(&'static str),
}

pub(super) const INVALID: Entry = Entry::Missing("invalid");

/// The data of an item.
#[derive(Debug, Clone)]
pub struct ItemData(Arc<RawValue>);

impl ItemData {
    /// The data in JSON, as the server sent it.
    pub fn json(&self) -> &str {
        self.0.get()
    }

    /// Reads the data. A type with `Box<RawValue>` keeps all digits of a number.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.json())
    }
}

/// The same expressions make the data of each event, so equal data has one text.
impl PartialEq for ItemData {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl Eq for ItemData {}

impl Entry {
    /// Returns the item of an event. None for an event of another type.
    pub(super) fn of(event: &Event, event_type: &str, is_valid: bool) -> Option<Self> {
        if event.selected_type() != event_type {
            return None;
        }
        Some(match event.data::<Box<RawValue>>() {
            _ if event.event_type() == TOO_LARGE => Self::Missing("too-large"),
            Ok(data) if is_valid => Self::Data(ItemData(data.into())),
            _ => INVALID,
        })
    }
}
