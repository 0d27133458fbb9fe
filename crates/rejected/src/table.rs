//! # Layout
//! - `store`: writes a record
//! - `list`: reads records
//! - `change`: removes a record, or gives it another cause

mod change;
mod list;
mod store;

use std::error::Error;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use tablecast_aws::StorageError;

#[derive(Debug, Clone)]
pub struct RejectedTable {
    client: Client,
    table: String,
}

impl RejectedTable {
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    fn failed<E, R>(&self, error: SdkError<E, R>) -> StorageError
    where
        SdkError<E, R>: ProvideErrorMetadata + Error + 'static,
    {
        StorageError::failed(&self.table, error)
    }
}
