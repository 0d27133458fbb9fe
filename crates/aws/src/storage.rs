use std::error::Error;

use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::reason::reason;

/// A request to a DynamoDB table failed, or its response is not the one of a success.
#[derive(Debug, thiserror::Error)]
#[error("table {table}: {reason}")]
pub struct StorageError {
    table: String,
    reason: String,
}

impl StorageError {
    /// A request failed, and the SDK's retries with it. Another attempt later is safe.
    pub fn failed(table: &str, cause: impl ProvideErrorMetadata + Error + 'static) -> Self {
        Self { table: table.to_owned(), reason: reason(&cause) }
    }

    /// An item cannot be written or read as an item of this table.
    pub fn unusable(table: &str, cause: impl Error) -> Self {
        Self { table: table.to_owned(), reason: cause.to_string() }
    }

    /// A successful response lacks a member that DynamoDB always sends. It must not count
    /// as an empty result. Another attempt later is safe.
    pub fn incomplete(table: &str, member: &str) -> Self {
        Self { table: table.to_owned(), reason: format!("the response of DynamoDB has no {member}") }
    }

    /// Successful responses contradict each other, or the state that tablecast keeps. Another attempt later is
    /// safe.
    pub fn contradictory(table: &str, reason: String) -> Self {
        Self { table: table.to_owned(), reason }
    }
}
