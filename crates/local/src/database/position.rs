use super::sequence::Sequence;

/// A position in a stream. If a table is deleted and created again, it has a new stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The label of the stream, which is the last part of its ARN.
    pub stream: String,
    /// The sequence number of the last record before the position.
    pub sequence: Sequence,
}
