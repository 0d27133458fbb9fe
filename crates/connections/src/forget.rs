use crate::change::is_cancelled_because_of;
use crate::item::{CONNECTION, Item, connection_key};
use crate::write::{Condition, Key, key};
use crate::{Connections, MAX_TRANSACTION, StorageError};

impl Connections {
    /// Removes a connection and its subscriptions; no news if it is unknown. Only what was written for a
    /// connection of that time or earlier goes: should the id be in use again, its new owner stays.
    pub async fn forget(&self, id: &str, connected_at: i64) -> Result<(), StorageError> {
        // Once the connection's own item is gone, no subscription can be added: the second look finds the last.
        loop {
            let items = self.query(connection_key(id)).await?;
            // "connection" sorts first and is to go last: while it is there, there may be more to remove.
            let stale = items.into_iter().rev().filter(|item| item.connected_at <= connected_at);
            let keys: Vec<Key> = stale.flat_map(keys).collect();
            if keys.is_empty() {
                return Ok(());
            }
            for keys in keys.chunks(MAX_TRANSACTION) {
                self.delete(keys, connected_at).await?;
            }
        }
    }

    async fn delete(&self, keys: &[Key], connected_at: i64) -> Result<(), StorageError> {
        let stale = || Condition {
            expression: "attribute_not_exists(pk) OR connected_at <= :connected_at",
            name: ":connected_at",
            number: connected_at.to_string(),
        };
        let deletes = keys.iter().map(|key| self.remove(key, Some(stale()))).collect::<Result<_, _>>()?;
        match self.client.transact_write_items().set_transact_items(Some(deletes)).send().await {
            // Between reading and deleting, a newer connection took the id.
            Err(error) if !is_cancelled_because_of(&error, &["ConditionalCheckFailed"]) => {
                Err(self.failed(error))
            }
            _ => Ok(()),
        }
    }
}

/// The item's own key and, of a subscription, its mirror's. Pairs are never cut by a chunk: a chunk is even.
fn keys(item: Item) -> Vec<Key> {
    match item.sk == CONNECTION {
        true => vec![key(&item.pk, &item.sk)],
        false => vec![key(&item.pk, &item.sk), key(&item.sk, &item.pk)],
    }
}
