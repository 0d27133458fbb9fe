use std::collections::BTreeMap;

use serde_json::Value;

use super::reading::Reading;

/// A pipe file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipeFile {
    pub name: String,
    /// The table in the file. The deployed table can have another name.
    pub table: String,
    /// True if its events are published on the bus.
    pub bus: bool,
}

/// A pipe of the deployment.
#[derive(Debug, Clone, Default)]
pub struct Pipe {
    /// `tablecast-orders`
    pub name: String,
    /// The name of its file; of its table if the folder does not have the file.
    pub file: String,
    /// The deployed table.
    pub table: String,
    /// `RUNNING`, `STOPPED` and so on.
    pub state: String,
    pub reason: String,
    /// The ARN of the stream that it reads.
    pub source: String,
    /// The ARN of the queue for dead letters.
    pub dead_letters: Option<String>,
    /// The patterns of its filter.
    pub filter: Vec<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The table of a pipe.
    Source,
    Connections,
    Log,
    Rejected,
}

#[derive(Debug, Clone)]
pub struct Table {
    pub name: String,
    pub role: Role,
    pub description: Reading<Description>,
    /// True if items expire.
    pub expires: Reading<bool>,
    /// True if the table can be restored to each second of the last days.
    pub recoverable: Reading<bool>,
}

#[derive(Debug, Clone, Default)]
pub struct Description {
    /// The ARN of the current stream, or of the last one.
    pub stream: Option<String>,
    /// None if the stream is off.
    pub view: Option<String>,
    pub is_protected: bool,
}

/// The owner of the queue with events that the bus accepted and could not process. It is no name of a pipe file.
pub const BUS: &str = "the bus";

/// The dead letters of a pipe, of `fanout`, or of the bus.
#[derive(Debug, Clone)]
pub struct Queue {
    pub name: String,
    /// The pipe file, `fanout`, or `BUS`.
    pub owner: String,
    /// Messages that can be received, and messages that somebody is handling.
    pub messages: Reading<(u64, u64)>,
}

/// Rejected records of a pipe that are stored.
#[derive(Debug, Clone)]
pub struct Rejected {
    pub pipe: String,
    /// The number of records by reason.
    pub reasons: BTreeMap<String, u64>,
    /// True if there are more than were read.
    pub has_more: bool,
    /// The time of the newest one in seconds since the epoch.
    pub newest: i64,
}
