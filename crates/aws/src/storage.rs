use std::error::Error;

use aws_smithy_types::error::display::DisplayErrorContext;

/// A request to a DynamoDB table failed, or an item of the table cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("table {table}: {reason}")]
pub struct StorageError {
    table: String,
    reason: String,
}

impl StorageError {
    /// A request failed, and the SDK's retries with it. Another attempt later is safe.
    pub fn failed(table: &str, cause: impl Error) -> Self {
        Self { table: table.to_owned(), reason: DisplayErrorContext(cause).to_string() }
    }

    /// A successful response lacks a member that DynamoDB always sends. It must not count
    /// as an empty result. Another attempt later is safe.
    pub fn incomplete(table: &str, member: &str) -> Self {
        Self { table: table.to_owned(), reason: format!("the response of DynamoDB has no {member}") }
    }

    /// An item has content that tablecast did not write.
    pub fn unreadable(table: &str, pk: &str, sk: &str, reason: &str) -> Self {
        Self { table: table.to_owned(), reason: format!("cannot read item {pk} / {sk}: {reason}") }
    }
}
