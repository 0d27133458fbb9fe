//! A stream record as EventBridge Pipes sends it, read in one pass.

mod images;
mod item;
mod read;
mod shortened;
mod time;

use std::borrow::Cow;

use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::value::Value;

use crate::attribute::{Names, Projection};
pub use item::{BEFORE_EVERY_CHANGE, ReadItem, read_record};
pub use shortened::without_images;

#[derive(Debug, Clone, PartialEq)]
pub struct Record<'a> {
    /// Unique for each record, so that event ids are deterministic.
    pub event_id: Cow<'a, str>,
    pub operation: Operation,
    pub table: Cow<'a, str>,
    pub keys: Value<'a>,
    /// The item before the change; empty on INSERT and READ.
    pub old: Value<'a>,
    /// The item after the change; empty on REMOVE.
    pub new: Value<'a>,
    /// When the change was made, or when the item was read, RFC 3339 in UTC.
    pub time: String,
    /// The stream's sequence number, padded with zeros to 40 digits, so that text order is number order. A READ may
    /// have none.
    pub sequence: Option<String>,
    /// True if DynamoDB's TTL deleted the item.
    pub expired: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Insert,
    Modify,
    Remove,
    /// No change: the item was read from the table.
    Read,
}

/// The attributes to read, in each part of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projections {
    pub keys: Projection,
    pub old: Projection,
    pub new: Projection,
    /// The names that the path of an error may show.
    pub names: Names,
}

impl<'a> Record<'a> {
    /// Reads the record at the cursor.
    pub fn read(cursor: &mut Cursor<'a>, projections: &Projections) -> Result<Self, Located> {
        read::record(cursor, projections)
    }

    /// The changed item: its new image, or its old image if it was removed.
    pub fn item(&self) -> &Value<'a> {
        match self.operation {
            Operation::Remove => &self.old,
            Operation::Insert | Operation::Modify | Operation::Read => &self.new,
        }
    }
}

impl Operation {
    pub fn as_str(self) -> &'static str {
        match self {
            Operation::Insert => "INSERT",
            Operation::Modify => "MODIFY",
            Operation::Remove => "REMOVE",
            Operation::Read => "READ",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        let all = [Self::Insert, Self::Modify, Self::Remove, Self::Read];
        all.into_iter().find(|operation| operation.as_str() == name)
    }
}

/// The id and table of a record, as far as a malformed record has them.
pub struct RecordHead {
    pub event_id: Option<String>,
    pub table: Option<String>,
}

impl RecordHead {
    /// Reads the head of the record at the cursor.
    pub fn read(cursor: &mut Cursor<'_>) -> Self {
        read::head(cursor)
    }
}
