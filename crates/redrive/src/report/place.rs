use serde::Serialize;

use crate::dead_letter::DeadLetter;

/// A dead letter, and the place of its records in the stream.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LetterPlace {
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
}

impl From<&DeadLetter> for LetterPlace {
    fn from(letter: &DeadLetter) -> Self {
        let DeadLetter { pipe, id, condition, at, range, .. } = letter.clone();
        Self {
            pipe,
            letter: id,
            condition,
            at,
            stream: range.stream_arn,
            shard: range.shard_id,
            first_sequence: range.start_sequence_number,
            last_sequence: range.end_sequence_number,
            first_change: range.approximate_arrival_of_first_record,
        }
    }
}
