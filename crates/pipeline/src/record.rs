//! A stream record as EventBridge Pipes hands it over, read in one pass.

mod read;
mod time;

use std::borrow::Cow;

use crate::attribute::Wanted;
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::value::Value;

#[derive(Debug, Clone, PartialEq)]
pub struct Record<'a> {
    /// Unique for each record: what makes event ids deterministic.
    pub event_id: Cow<'a, str>,
    pub operation: Operation,
    pub table: Cow<'a, str>,
    pub keys: Value<'a>,
    /// The item before the change; empty on INSERT.
    pub old: Value<'a>,
    /// The item after the change; empty on REMOVE.
    pub new: Value<'a>,
    /// When the change was made, RFC 3339 in UTC.
    pub time: String,
    /// The stream's sequence number, padded with zeros to 40 digits, so that text order is number order.
    pub sequence: String,
    /// Whether DynamoDB's TTL deleted the item.
    pub expired: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Insert,
    Modify,
    Remove,
}

/// Which attributes are read, in each part of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wants {
    pub keys: Wanted,
    pub old: Wanted,
    pub new: Wanted,
}

impl<'a> Record<'a> {
    /// Reads what comes next to the cursor.
    pub fn read(cursor: &mut Cursor<'a>, wants: &Wants) -> Result<Self, Located> {
        read::record(cursor, wants)
    }

    /// The item that the change was made to: as it is now, or as it was when it was removed.
    pub fn item(&self) -> &Value<'a> {
        match self.operation {
            Operation::Remove => &self.old,
            Operation::Insert | Operation::Modify => &self.new,
        }
    }
}

impl Operation {
    pub fn as_str(self) -> &'static str {
        match self {
            Operation::Insert => "INSERT",
            Operation::Modify => "MODIFY",
            Operation::Remove => "REMOVE",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Insert, Self::Modify, Self::Remove].into_iter().find(|operation| operation.as_str() == name)
    }
}

/// What can be told of a record, however odd it is: enough to keep it.
pub struct Head {
    pub event_id: Option<String>,
    pub table: Option<String>,
}

impl Head {
    /// Of the record that comes next to the cursor.
    pub fn read(cursor: &mut Cursor<'_>) -> Self {
        read::head(cursor)
    }
}
