use serde::Serialize;

use super::place::LetterPlace;

/// A dead letter whose records have left the stream, at least some of them, with everything that is known.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lost {
    #[serde(flatten)]
    pub place: LetterPlace,
    /// When the last item changed, RFC 3339.
    pub last_change: String,
    /// After the last change, for `replay --until`.
    pub log_until: String,
    pub records: usize,
    /// The records that the stream still has.
    pub found: usize,
    /// The records that are known from elsewhere.
    pub known: Vec<Known>,
    pub discarded: bool,
}

/// A record of the range. Its positions can also be those of another shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "place")]
pub enum Known {
    /// The log has its event. Clients that resume receive it, and `replay` sends it to the bus.
    Log { id: String, subject: String, sequence: String },
    /// It is a rejected record.
    Rejected { id: String, keys: serde_json::Value },
}
