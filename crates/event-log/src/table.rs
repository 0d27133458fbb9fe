//! Reads and writes items.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_aws::StorageError;

use crate::item::Item;
use crate::logs::Logs;

/// Items of one page, where the number of needed items is not known.
const PAGE: i32 = 16;

/// Which items of a log, and in which direction.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Range {
    /// Backwards, from the item that holds this offset, or the last before it.
    BackFrom(u64),
    /// Forwards, from the first item that begins after this offset.
    After(u64),
}

impl Range {
    fn condition(self) -> (&'static str, u64, bool) {
        match self {
            Self::BackFrom(offset) => ("pk = :pk AND sk <= :sk", offset, false),
            Self::After(offset) => ("pk = :pk AND sk > :sk", offset, true),
        }
    }
}

impl Logs {
    pub(crate) async fn last(&self, pipe: &str) -> Result<Option<Item>, StorageError> {
        self.find(pipe, u64::MAX).await
    }

    /// The item that holds an offset, or the last before it.
    pub(crate) async fn find(&self, pipe: &str, offset: u64) -> Result<Option<Item>, StorageError> {
        let items = self.read(pipe, Range::BackFrom(offset), 1, |_| false).await?;
        Ok(items.into_iter().next())
    }

    /// Reads items with consistent reads, up to the first one for which `more` returns false.
    pub(crate) async fn read(
        &self,
        pipe: &str,
        range: Range,
        page: i32,
        mut more: impl FnMut(&Item) -> bool,
    ) -> Result<Vec<Item>, StorageError> {
        let (condition, offset, ascending) = range.condition();
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression(condition).scan_index_forward(ascending).limit(page);
        let query = query.expression_attribute_values(":pk", AttributeValue::S(pipe.to_owned()));
        let query = query.expression_attribute_values(":sk", AttributeValue::S(Item::key(offset)));
        let mut pages = query.into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|cause| self.failed(cause))?.items;
            let page = page.ok_or_else(|| StorageError::incomplete(&self.table, "Items"))?;
            for item in serde_dynamo::from_items(page).map_err(|cause| self.failed(cause))? {
                let go_on = more(&item);
                items.push(item);
                if !go_on {
                    return Ok(items);
                }
            }
        }
        Ok(items)
    }

    pub(crate) async fn read_pages(
        &self,
        pipe: &str,
        range: Range,
        more: impl FnMut(&Item) -> bool,
    ) -> Result<Vec<Item>, StorageError> {
        self.read(pipe, range, PAGE, more).await
    }

    /// Writes an item unless there is one. Returns whether it did.
    pub(crate) async fn put(&self, item: &Item) -> Result<bool, StorageError> {
        let fields = serde_dynamo::to_item(item).map_err(|cause| self.failed(cause))?;
        let put = self.client.put_item().table_name(&self.table).set_item(Some(fields));
        let put = put.condition_expression("attribute_not_exists(pk)");
        self.written(put.send().await.map(drop))
    }

    /// Extends the life of an item. Returns false if the item changed since it was read.
    pub(crate) async fn extend(&self, item: &Item, expires_at: i64) -> Result<bool, StorageError> {
        let update = self.client.update_item().table_name(&self.table);
        let update = update.key("pk", AttributeValue::S(item.pk.clone()));
        let update = update.key("sk", AttributeValue::S(item.sk.clone()));
        let update = update.update_expression("SET expires_at = :new");
        let update = update.condition_expression("expires_at = :seen");
        let update = update.expression_attribute_values(":new", AttributeValue::N(expires_at.to_string()));
        let seen = AttributeValue::N(item.expires_at.to_string());
        self.written(update.expression_attribute_values(":seen", seen).send().await.map(drop))
    }

    fn written<E, R>(&self, result: Result<(), SdkError<E, R>>) -> Result<bool, StorageError>
    where
        SdkError<E, R>: ProvideErrorMetadata + Error,
    {
        match result {
            Ok(()) => Ok(true),
            Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(false),
            Err(error) => Err(self.failed(error)),
        }
    }

    pub(crate) fn failed(&self, cause: impl Error) -> StorageError {
        StorageError::failed(&self.table, cause)
    }

    pub(crate) fn unreadable(&self, item: &Item, reason: &str) -> StorageError {
        StorageError::unreadable(&self.table, &item.pk, &item.sk, reason)
    }
}
