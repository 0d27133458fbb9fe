use tablecast_aws::StorageError;

use crate::connections::Connections;
use crate::item::{CONNECTION, Item, connection_key};
use crate::write::{Condition, Key, MAX_TRANSACTION, is_cancelled_because_of, key};

impl Connections {
    /// Deletes a connection and its subscriptions. An unknown connection is not an error.
    ///
    /// Deletes only items of a connection that began at `connected_at` or earlier: a newer connection may
    /// have the same id.
    pub async fn delete(&self, id: &str, connected_at: i64) -> Result<(), StorageError> {
        // No subscription can be added once the connection's own item is gone, so the second Query finds the
        // last ones.
        loop {
            let items = self.query(connection_key(id)).await?;
            // "connection" sorts first, and is deleted last: as long as it exists, there may be more items.
            let stale = items.into_iter().rev().filter(|item| item.connected_at <= connected_at);
            let keys: Vec<Key> = stale.flat_map(keys).collect();
            if keys.is_empty() {
                return Ok(());
            }
            for keys in keys.chunks(MAX_TRANSACTION) {
                self.delete_items(keys, connected_at).await?;
            }
        }
    }

    async fn delete_items(&self, keys: &[Key], connected_at: i64) -> Result<(), StorageError> {
        let stale = || Condition {
            expression: "attribute_not_exists(pk) OR connected_at <= :connected_at",
            name: ":connected_at",
            number: connected_at.to_string(),
        };
        let deletes = keys.iter().map(|key| self.remove(key, Some(stale()))).collect::<Result<_, _>>()?;
        match self.client.transact_write_items().set_transact_items(Some(deletes)).send().await {
            // A newer connection took the id after the Query.
            Err(error) if !is_cancelled_because_of(&error, &["ConditionalCheckFailed"]) => {
                Err(self.failed(error))
            }
            _ => Ok(()),
        }
    }
}

/// The keys of an item and, for a subscription, of its mirror. Chunks are even, so a pair stays together.
fn keys(item: Item) -> Vec<Key> {
    match item.sk == CONNECTION {
        true => vec![key(&item.pk, &item.sk)],
        false => vec![key(&item.pk, &item.sk), key(&item.sk, &item.pk)],
    }
}
