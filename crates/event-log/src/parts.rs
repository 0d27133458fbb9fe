//! Events that are too large for one item. The first item holds the beginning of the compressed events, and
//! items of another partition hold the rest. One transaction writes all of them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use serde::{Deserialize, Serialize};
use tablecast_aws::{CONDITION_FAILED, CONFLICT, Provable, Proven, StorageError, is_cancelled};

use crate::bytes;
use crate::item::{Item, ItemResult};
use crate::key::{self, ABSENT};
use crate::logs::Logs;

/// The compressed bytes of one item. DynamoDB accepts items up to 400 KB; the rest is for the other attributes.
pub(crate) const ITEM_BYTES: usize = 390 * 1024;

/// A further item of a large event.
#[derive(Debug, Serialize, Deserialize)]
struct Part {
    pk: String,
    /// The key of the first item, and the number of this one: `00000000000000000007#1`.
    sk: String,
    expires_at: i64,
    #[serde(with = "bytes")]
    events: Vec<u8>,
}

impl Logs {
    /// Writes an item and its parts unless there is one. Returns whether it did.
    pub(crate) async fn put_in_parts(&self, item: &Item) -> Result<bool, StorageError> {
        let (first, parts) = split(item);
        let mut puts = vec![self.put_if_absent(&first)?];
        for part in &parts {
            puts.push(self.put_if_absent(part)?);
        }
        let request = self.client.transact_write_items().set_transact_items(Some(puts));
        match request.with_proof().send().await {
            Ok(response) => response.proven(&self.table).map(|_| true),
            // Another writer was first.
            Err(error) if is_cancelled(&error, &[CONDITION_FAILED, CONFLICT]) => Ok(false),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn put_if_absent(&self, item: &impl Serialize) -> Result<TransactWriteItem, StorageError> {
        let fields: HashMap<_, _> = serde_dynamo::to_item(item).map_err(|cause| self.unusable(cause))?;
        let put = Put::builder().table_name(&self.table).set_item(Some(fields)).condition_expression(ABSENT);
        let put = put.build().map_err(|cause| self.unusable(cause))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Adds the bytes of an item's parts.
    pub(crate) async fn complete(&self, mut item: Item) -> Result<ItemResult, StorageError> {
        let parts = match item.parts {
            0 => return Ok(Ok(item)),
            _ => self.read_parts(&item).await?,
        };
        let complete = parts.len() as u64 == item.parts;
        item.events.extend(parts.into_iter().flat_map(|part| part.events));
        item.parts = 0;
        if complete {
            return Ok(Ok(item));
        }
        let damaged = item.damaged("it has not all of its parts".to_owned());
        self.report(&damaged);
        Ok(Err(damaged))
    }

    async fn read_parts(&self, item: &Item) -> Result<Vec<Part>, StorageError> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :sk)");
        let pk = key::parts(&item.pk);
        let query = query.expression_attribute_values(":pk", AttributeValue::S(pk));
        let query = query.expression_attribute_values(":sk", AttributeValue::S(format!("{}#", item.sk)));
        let mut pages = query.into_paginator().send();
        let mut parts = Vec::new();
        while let Some(page) = pages.next().await {
            let fields = self.items_of(page.map_err(|cause| self.failed(cause))?)?;
            // An event is read whole, whatever it costs.
            if let Some(meter) = &self.meter {
                meter.charge(&fields).await?;
            }
            // An unreadable part counts as missing.
            parts.extend(fields.into_iter().filter_map(|part| tablecast_aws::from_item(part).ok()));
        }
        Ok(parts)
    }
}

/// An item as it is stored: the first, and its parts.
fn split(item: &Item) -> (Item, Vec<Part>) {
    let mut chunks = item.events.chunks(ITEM_BYTES);
    let events = chunks.next().unwrap_or_default().to_vec();
    let part = |(number, events): (u64, &[u8])| {
        let (pk, sk) = part_key(item, number);
        Part { pk, sk, expires_at: item.expires_at, events: events.to_vec() }
    };
    let parts: Vec<Part> = (1..).zip(chunks).map(part).collect();
    (Item { events, parts: parts.len() as u64, ..item.clone() }, parts)
}

/// The key of a part. The first has the number 1.
pub(crate) fn part_key(item: &Item, number: u64) -> (String, String) {
    (key::parts(&item.pk), format!("{}#{number}", item.sk))
}
