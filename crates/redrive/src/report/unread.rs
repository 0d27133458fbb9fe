use serde::Serialize;

use crate::letter::Letter;

/// A dead letter whose shard could not be read. It stays in its queue.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    pub pipe: String,
    /// The id of the message.
    pub letter: String,
    pub condition: String,
    pub at: String,
    pub stream: String,
    pub shard: String,
    pub first_sequence: String,
    pub last_sequence: String,
    /// When the first item changed, RFC 3339. The stream keeps it for 24 hours.
    pub first_change: String,
    pub reason: String,
}

impl Unread {
    /// `None` for a letter whose shard was read.
    pub fn of(letter: &Letter) -> Option<Self> {
        let reason = letter.unread.as_ref()?.to_string();
        let Letter { pipe, id, condition, at, batch, .. } = letter.clone();
        Some(Self {
            pipe,
            letter: id,
            condition,
            at,
            stream: batch.stream_arn,
            shard: batch.shard_id,
            first_sequence: batch.start_sequence_number,
            last_sequence: batch.end_sequence_number,
            first_change: batch.approximate_arrival_of_first_record,
            reason,
        })
    }
}
