use std::error::Error;

use aws_sdk_dynamodb::error::DisplayErrorContext;

/// Why events are not in the log, or not all of them. Appending them again is safe.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error(
        "the log of {0}: others always came first; `parallel` in its pipe file says how many there may be"
    )]
    Contended(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// DynamoDB did not do what it was asked, the SDK's own retries included, or an item is not one of ours.
#[derive(Debug, thiserror::Error)]
#[error("table {table}: {reason}")]
pub struct StorageError {
    table: String,
    reason: String,
}

impl StorageError {
    pub(crate) fn new(table: &str, cause: impl Error) -> Self {
        Self { table: table.to_owned(), reason: DisplayErrorContext(cause).to_string() }
    }

    pub(crate) fn unreadable(table: &str, pipe: &str, sk: &str, reason: &str) -> Self {
        Self { table: table.to_owned(), reason: format!("item {pipe} / {sk} cannot be read: {reason}") }
    }
}
