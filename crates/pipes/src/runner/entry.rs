use std::time::SystemTime;

use crate::source::Record;

/// A record that passed the filter, as the pipe sends it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The number of the record within its shard, in reading order.
    pub number: u64,
    pub event_id: String,
    pub sequence: String,
    pub created: SystemTime,
    pub stream_arn: String,
    pub json: String,
}

impl Entry {
    pub fn new<P>(number: u64, record: Record<P>) -> Self {
        Self {
            number,
            event_id: record.event_id,
            sequence: record.sequence,
            created: record.created,
            stream_arn: record.json["eventSourceARN"].as_str().unwrap_or_default().to_owned(),
            json: record.json.to_string(),
        }
    }
}

#[cfg(test)]
pub mod tests;
