//! Reads items.

use std::error::Error;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_aws::StorageError;

use crate::end::StoredEnd;
use crate::end_item::EndItem;
use crate::fields::{Fields, text};
use crate::item::{Item, ItemResult};
use crate::key::{self, AFTER_OFFSETS, END};
use crate::logs::Logs;

/// Items of one page, where the number of needed items is not known.
const PAGE: i32 = 16;

/// Which items of a partition, and in which direction.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Range {
    /// Backwards, from the item that holds this offset, or the last before it.
    BackFrom(u64),
    /// Forwards, from the first item that begins after this offset.
    After(u64),
    /// Backwards, from the end.
    FromEnd,
    /// Forwards.
    All,
}

impl Logs {
    /// Reads a channel's end: its end item, and the last item that has an offset.
    pub(crate) async fn read_end(&self, source: &str) -> Result<StoredEnd, StorageError> {
        let mut stored = StoredEnd::default();
        self.visit(source, Range::FromEnd, 2, |fields| {
            if text(&fields, "sk") == END {
                stored.fields = Some(fields.clone());
                stored.recorded = EndItem::read(fields).inspect_err(|damaged| self.report(damaged)).ok();
                return true;
            }
            let found = Item::read(fields).inspect_err(|damaged| self.report(damaged));
            stored.last = (!is_unplaced(&found)).then_some(found);
            stored.last.is_none()
        })
        .await?;
        Ok(stored)
    }

    /// The item that holds an offset, or the last readable one before it.
    pub(crate) async fn find(&self, source: &str, offset: u64) -> Result<Option<Item>, StorageError> {
        let found = self.read(source, Range::BackFrom(offset), 1, Result::is_err).await?;
        Ok(found.into_iter().find_map(Result::ok))
    }

    /// Reads items with all their events, up to the first one for which `more` returns false.
    pub(crate) async fn read_events(
        &self,
        source: &str,
        range: Range,
        page: i32,
        more: impl FnMut(&ItemResult) -> bool,
    ) -> Result<Vec<ItemResult>, StorageError> {
        let mut complete = Vec::new();
        for found in self.read(source, range, page, more).await? {
            complete.push(match found {
                Ok(item) => self.complete(item).await?,
                damaged => damaged,
            });
        }
        Ok(complete)
    }

    pub(crate) async fn read_pages(
        &self,
        source: &str,
        range: Range,
        more: impl FnMut(&ItemResult) -> bool,
    ) -> Result<Vec<ItemResult>, StorageError> {
        self.read_events(source, range, PAGE, more).await
    }

    /// Reads items, up to the first one for which `more` returns false.
    async fn read(
        &self,
        source: &str,
        range: Range,
        page: i32,
        mut more: impl FnMut(&ItemResult) -> bool,
    ) -> Result<Vec<ItemResult>, StorageError> {
        let mut items = Vec::new();
        self.visit(source, range, page, |fields| {
            let found = Item::read(fields).inspect_err(|damaged| self.report(damaged));
            let go_on = more(&found);
            items.push(found);
            go_on
        })
        .await?;
        Ok(items)
    }

    /// Reads all items of a partition, of any kind.
    pub(crate) async fn query_all(&self, partition: &str, page: i32) -> Result<Vec<Fields>, StorageError> {
        let mut items = Vec::new();
        self.visit(partition, Range::All, page, |fields| {
            items.push(fields);
            true
        })
        .await?;
        Ok(items)
    }

    /// Reads items of any kind, up to the first one for which `more` returns false.
    async fn visit(
        &self,
        partition: &str,
        range: Range,
        page: i32,
        mut more: impl FnMut(Fields) -> bool,
    ) -> Result<(), StorageError> {
        let page = self.meter.as_ref().map_or(page, |meter| meter.page(page));
        let mut pages = self.query(partition, range, page).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = self.items_of(page.map_err(|cause| self.failed(cause))?)?;
            let reads_on = self.charge(&page, range).await?;
            if !page.into_iter().all(&mut more) || !reads_on {
                break;
            }
        }
        Ok(())
    }

    /// Returns whether to read on. Only a read of events may end early: any other is incomplete without its rest.
    async fn charge(&self, page: &[Fields], range: Range) -> Result<bool, StorageError> {
        let Some(meter) = &self.meter else { return Ok(true) };
        Ok(meter.charge(page).await? || !matches!(range, Range::After(_)))
    }

    /// A consistent read.
    fn query(&self, partition: &str, range: Range, page: i32) -> QueryFluentBuilder {
        let query = self.client.query().table_name(&self.table).consistent_read(true).limit(page);
        let query = query.expression_attribute_values(":pk", AttributeValue::S(partition.to_owned()));
        let sk = |sk: String| AttributeValue::S(sk);
        match range {
            Range::FromEnd => query.key_condition_expression("pk = :pk").scan_index_forward(false),
            Range::All => query.key_condition_expression("pk = :pk"),
            Range::BackFrom(offset) => query
                .key_condition_expression("pk = :pk AND sk <= :to")
                .expression_attribute_values(":to", sk(key::of_offset(offset)))
                .scan_index_forward(false),
            Range::After(offset) => query
                .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":from", sk(key::of_offset(offset.saturating_add(1))))
                .expression_attribute_values(":to", sk(AFTER_OFFSETS.to_owned())),
        }
    }

    /// A page without `Items` is not an empty page.
    pub(crate) fn items_of(&self, page: QueryOutput) -> Result<Vec<Fields>, StorageError> {
        page.items.ok_or_else(|| StorageError::incomplete(&self.table, "Items"))
    }

    pub(crate) fn failed(&self, cause: impl ProvideErrorMetadata + Error + 'static) -> StorageError {
        StorageError::failed(&self.table, cause)
    }

    pub(crate) fn unusable(&self, cause: impl Error) -> StorageError {
        StorageError::unusable(&self.table, cause)
    }
}

/// Returns whether an item has no place among the offsets.
fn is_unplaced(found: &ItemResult) -> bool {
    matches!(found, Err(damaged) if damaged.first_offset().is_none())
}
