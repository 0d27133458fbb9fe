use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_aws::StorageError;

use crate::fields::Fields;
use crate::paging::Paging;

#[derive(Debug, Clone)]
pub struct Connections {
    pub(crate) client: Client,
    pub(crate) table: String,
    /// Damaged items that were read and not yet reported as a metric.
    pub(crate) damaged: Arc<AtomicUsize>,
}

impl Connections {
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into(), damaged: Arc::default() }
    }

    /// All items of one partition, of any kind, by consistent reads.
    pub(crate) async fn query(&self, pk: String) -> Result<Vec<Fields>, StorageError> {
        let mut items = Vec::new();
        self.visit(pk, Paging::default(), |fields| {
            items.push(fields);
            true
        })
        .await?;
        Ok(items)
    }

    /// Reads items up to the first one for which `more` returns false.
    pub(crate) async fn visit(
        &self,
        pk: String,
        paging: Paging,
        mut more: impl FnMut(Fields) -> bool,
    ) -> Result<(), StorageError> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", AttributeValue::S(pk));
        let mut pages = query.set_limit(paging.items).into_paginator().send();
        for number in 0.. {
            paging.wait(number).await;
            let Some(page) = pages.next().await else { break };
            let page = page.map_err(|cause| self.failed(cause))?;
            for fields in page.items.ok_or_else(|| StorageError::incomplete(&self.table, "Items"))? {
                if !more(fields) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    pub(crate) fn failed(&self, cause: impl ProvideErrorMetadata + Error + 'static) -> StorageError {
        StorageError::failed(&self.table, cause)
    }

    pub(crate) fn unusable(&self, cause: impl Error) -> StorageError {
        StorageError::unusable(&self.table, cause)
    }
}
