use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem};

use crate::item::{CONNECTION, Item, connection_key};
use crate::{Connections, MAX_TRANSACTION, StorageError};

type Key = HashMap<String, AttributeValue>;

impl Connections {
    /// Removes a connection and its subscriptions; no news if it is unknown. Only what was written for a
    /// connection of that time or earlier goes: should the id be in use again, its new owner stays.
    pub async fn forget(&self, id: &str, connected_at: i64) -> Result<(), StorageError> {
        let items = self.query(connection_key(id)).await?;
        // "connection" sorts first and is to go last: while it is there, there may be more to remove.
        let stale = items.into_iter().rev().filter(|item| item.connected_at <= connected_at);
        let keys: Vec<Key> = stale.flat_map(keys).collect();
        for keys in keys.chunks(MAX_TRANSACTION) {
            self.delete(keys, connected_at).await?;
        }
        Ok(())
    }

    async fn delete(&self, keys: &[Key], connected_at: i64) -> Result<(), StorageError> {
        let deletes = keys.iter().map(|key| self.deletion(key, connected_at)).collect::<Result<_, _>>()?;
        match self.client.transact_write_items().set_transact_items(Some(deletes)).send().await {
            Err(error) if !is_superseded(&error) => Err(StorageError::new(&self.table, error)),
            _ => Ok(()),
        }
    }

    fn deletion(&self, key: &Key, connected_at: i64) -> Result<TransactWriteItem, StorageError> {
        let delete = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key.clone()))
            .condition_expression("attribute_not_exists(pk) OR connected_at <= :connected_at")
            .expression_attribute_values(":connected_at", AttributeValue::N(connected_at.to_string()))
            .build()
            .map_err(|cause| StorageError::new(&self.table, cause))?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }
}

/// The item's own key and, of a subscription, its mirror's. Pairs are never cut by a chunk: a chunk is even.
fn keys(item: Item) -> Vec<Key> {
    match item.sk == CONNECTION {
        true => vec![key(&item.pk, &item.sk)],
        false => vec![key(&item.pk, &item.sk), key(&item.sk, &item.pk)],
    }
}

fn key(pk: &str, sk: &str) -> Key {
    [("pk", pk), ("sk", sk)]
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())))
        .into()
}

/// Between reading and deleting, a newer connection took the id.
fn is_superseded<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
    else {
        return false;
    };
    cancelled.cancellation_reasons().iter().any(|reason| reason.code() == Some("ConditionalCheckFailed"))
}
