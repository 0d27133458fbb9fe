use serde::Serialize;

/// The outcome of a record in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It would be redriven.
    Redrivable,
    Redriven,
    /// No rule matches it any more, so nobody waits for it.
    Unmatched,
    /// It cannot become events, and stays.
    Rejected,
    /// Dispatch could not deliver it, and it stays.
    Failed,
    /// An earlier change of its item failed, and it stays.
    Waits,
    /// It was delivered, and stays, because it was rejected again meanwhile.
    Changed,
}
