use serde::Serialize;

/// A dead letter whose records have left the stream, at least some of them, with everything that is known.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lost {
    pub pipe: String,
    /// The id of the message.
    pub letter: String,
    pub condition: String,
    pub at: String,
    pub stream: String,
    pub shard: String,
    pub first_sequence: String,
    pub last_sequence: String,
    /// When the first and the last item changed, RFC 3339.
    pub first_change: String,
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
