use tablecast_authoring::proposal::Sample;

/// The input of a proposal.
pub struct Input {
    pub sample: Sample,
    /// `4 items of items.json`
    pub origin: String,
    pub notes: Vec<String>,
    /// The ARN of the table's stream, if a pipe can read it.
    pub stream: Option<String>,
}
