//! Reads and writes items.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use tablecast_aws::StorageError;

use crate::item::{Fields, Found, Item};
use crate::key::{ABSENT, Partition};
use crate::logs::Logs;
use crate::parts::{ITEM_BYTES, part_key};

/// Items of one page, where the number of needed items is not known.
const PAGE: i32 = 16;

/// Another writer was first, or writes an event of several items there at this moment. The SDK does not retry
/// these.
const OVERTAKEN: [&str; 2] = ["ConditionalCheckFailedException", "TransactionConflictException"];

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
    /// The last item that has an offset, readable or not.
    pub(crate) async fn last(&self, partition: String) -> Result<Option<Found>, StorageError> {
        let unplaced = |found: &Found| matches!(found, Err(damaged) if damaged.first().is_none());
        let found = self.read(partition, Range::BackFrom(u64::MAX), 1, unplaced).await?;
        Ok(found.into_iter().find(|found| !unplaced(found)))
    }

    /// The item that holds an offset, or the last readable one before it.
    pub(crate) async fn find(&self, pipe: &str, offset: u64) -> Result<Option<Item>, StorageError> {
        let range = Range::BackFrom(offset);
        let found = self.read(Partition::Events.of(pipe), range, 1, Result::is_err).await?;
        Ok(found.into_iter().find_map(Result::ok))
    }

    /// Reads items with all their events, up to the first one for which `more` returns false.
    pub(crate) async fn read_events(
        &self,
        pipe: &str,
        range: Range,
        page: i32,
        more: impl FnMut(&Found) -> bool,
    ) -> Result<Vec<Found>, StorageError> {
        let mut complete = Vec::new();
        for found in self.read(Partition::Events.of(pipe), range, page, more).await? {
            complete.push(match found {
                Ok(item) => self.complete(item).await?,
                damaged => damaged,
            });
        }
        Ok(complete)
    }

    pub(crate) async fn read_pages(
        &self,
        pipe: &str,
        range: Range,
        more: impl FnMut(&Found) -> bool,
    ) -> Result<Vec<Found>, StorageError> {
        self.read_events(pipe, range, PAGE, more).await
    }

    /// Reads items with consistent reads, up to the first one for which `more` returns false.
    async fn read(
        &self,
        partition: String,
        range: Range,
        page: i32,
        mut more: impl FnMut(&Found) -> bool,
    ) -> Result<Vec<Found>, StorageError> {
        let (condition, offset, ascending) = range.condition();
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression(condition).scan_index_forward(ascending).limit(page);
        let query = query.expression_attribute_values(":pk", AttributeValue::S(partition));
        let query = query.expression_attribute_values(":sk", AttributeValue::S(Item::key(offset)));
        let mut pages = query.into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            for fields in self.items_of(page.map_err(|cause| self.failed(cause))?)? {
                let found = Item::read(fields).inspect_err(|damaged| self.report(damaged));
                let go_on = more(&found);
                items.push(found);
                if !go_on {
                    return Ok(items);
                }
            }
        }
        Ok(items)
    }

    /// A page without `Items` is not an empty page.
    pub(crate) fn items_of(&self, page: QueryOutput) -> Result<Vec<Fields>, StorageError> {
        page.items.ok_or_else(|| StorageError::incomplete(&self.table, "Items"))
    }

    /// Writes an item unless there is one. Returns whether it did.
    pub(crate) async fn put(&self, item: &Item) -> Result<bool, StorageError> {
        if item.events.len() > ITEM_BYTES {
            self.put_in_parts(item).await
        } else {
            self.put_if(item, ABSENT, None).await
        }
    }

    /// Writes an item on a condition, with the number that it names. Returns whether it did.
    pub(crate) async fn put_if(
        &self,
        item: &Item,
        condition: &str,
        number: Option<(&str, i64)>,
    ) -> Result<bool, StorageError> {
        let fields = serde_dynamo::to_item(item).map_err(|cause| self.unusable(cause))?;
        let put = self.client.put_item().table_name(&self.table).set_item(Some(fields));
        let value = number.map(|(name, number)| (name.to_owned(), AttributeValue::N(number.to_string())));
        let put = put.set_expression_attribute_values(value.map(|value| [value].into()));
        let put = put.condition_expression(condition).return_consumed_capacity(ReturnConsumedCapacity::Total);
        self.written(put.send().await.map(|response| response.consumed_capacity.is_some()))
    }

    /// Sets the end of the life of an item and of its parts. Returns false if the item changed since it was
    /// read.
    pub(crate) async fn extend(&self, item: &Item, expires_at: i64) -> Result<bool, StorageError> {
        for number in 1..=item.parts {
            let key = part_key(item, number);
            // Another process may have been first.
            self.set_expiry(key, expires_at, "expires_at < :new", None).await?;
        }
        let key = (item.pk.clone(), item.sk.clone());
        self.set_expiry(key, expires_at, "expires_at = :seen", Some(item.expires_at)).await
    }

    async fn set_expiry(
        &self,
        (pk, sk): (String, String),
        new: i64,
        condition: &str,
        seen: Option<i64>,
    ) -> Result<bool, StorageError> {
        let number = |number: i64| AttributeValue::N(number.to_string());
        let values = seen.map(|seen| (":seen".to_owned(), number(seen))).into_iter();
        let values = values.chain([(":new".to_owned(), number(new))]).collect();
        let update = self.client.update_item().table_name(&self.table);
        let update = update.key("pk", AttributeValue::S(pk)).key("sk", AttributeValue::S(sk));
        let update = update.update_expression("SET expires_at = :new").condition_expression(condition);
        let update = update.set_expression_attribute_values(Some(values));
        let update = update.return_consumed_capacity(ReturnConsumedCapacity::Total);
        self.written(update.send().await.map(|response| response.consumed_capacity.is_some()))
    }

    /// Returns true if a conditional write was made. `result` is true if the response confirms it.
    fn written<E, R>(&self, result: Result<bool, SdkError<E, R>>) -> Result<bool, StorageError>
    where
        SdkError<E, R>: ProvideErrorMetadata + Error + 'static,
    {
        match result {
            Ok(confirmed) => self.confirmed(confirmed).map(|()| true),
            Err(error) if error.code().is_some_and(|code| OVERTAKEN.contains(&code)) => Ok(false),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// A write is made only if the response has its cost, which every request asks for.
    pub(crate) fn confirmed(&self, confirmed: bool) -> Result<(), StorageError> {
        confirmed.then_some(()).ok_or_else(|| StorageError::incomplete(&self.table, "ConsumedCapacity"))
    }

    pub(crate) fn failed(&self, cause: impl ProvideErrorMetadata + Error + 'static) -> StorageError {
        StorageError::failed(&self.table, cause)
    }

    pub(crate) fn unusable(&self, cause: impl Error) -> StorageError {
        StorageError::unusable(&self.table, cause)
    }
}
