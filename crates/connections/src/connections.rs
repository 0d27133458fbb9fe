use std::error::Error;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_aws::StorageError;

use crate::item::Item;

#[derive(Debug, Clone)]
pub struct Connections {
    pub(crate) client: Client,
    pub(crate) table: String,
}

impl Connections {
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// All items of one partition, by consistent reads.
    pub(crate) async fn query(&self, pk: String) -> Result<Vec<Item>, StorageError> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", AttributeValue::S(pk));
        let mut pages = query.into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|cause| self.failed(cause))?;
            let page = page.items.ok_or_else(|| StorageError::incomplete(&self.table, "Items"))?;
            let page = serde_dynamo::from_items(page);
            items.append(&mut page.map_err(|cause| self.unusable(cause))?);
        }
        Ok(items)
    }

    pub(crate) fn failed(&self, cause: impl ProvideErrorMetadata + Error + 'static) -> StorageError {
        StorageError::failed(&self.table, cause)
    }

    pub(crate) fn unusable(&self, cause: impl Error) -> StorageError {
        StorageError::unusable(&self.table, cause)
    }
}
