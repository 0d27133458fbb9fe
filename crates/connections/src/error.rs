use std::error::Error;

use aws_sdk_dynamodb::error::DisplayErrorContext;

use crate::MAX_PATTERNS;

/// Why a connection was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The client's mistake: tell it.
    #[error("{0} patterns are too many: one call may subscribe to {MAX_PATTERNS}")]
    TooManyPatterns(usize),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why subscriptions were not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Another change came first, or the connection was forgotten: look again, and decide again.
    #[error("the connection was changed meanwhile")]
    Overtaken,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// DynamoDB did not do what it was asked, the SDK's own retries included. Trying again later is safe.
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
}
