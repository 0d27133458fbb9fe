use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use tablecast_aws::{StorageError, pause};

use crate::connections::Connections;
use crate::fields::{Fields, number_of, text_of};
use crate::item::{CONNECTION, connection_key};
use crate::write::{Condition, Key, MAX_TRANSACTION, TransactError, key};

/// Attempts to delete a connection that other requests change, or that DynamoDB throttles.
const ATTEMPTS: u32 = 7;

/// The longest pause before the second attempt. It doubles with each attempt.
const PAUSE: Duration = Duration::from_millis(50);

/// An item of a connection, as far as its deletion depends on it. So damage of the rest keeps no item.
#[derive(Debug)]
struct StoredItem {
    pk: String,
    sk: String,
    /// Milliseconds since the epoch. None if it is damaged.
    connected_at: Option<i64>,
    /// Only in the connection's own item. None if it is damaged.
    revision: Option<u64>,
}

impl StoredItem {
    /// None if the item has no key.
    fn read(fields: &Fields) -> Option<Self> {
        let (pk, sk) = (text_of(fields, "pk")?.to_owned(), text_of(fields, "sk")?.to_owned());
        Some(Self {
            pk,
            sk,
            connected_at: number_of(fields, "connected_at"),
            revision: number_of(fields, "revision"),
        })
    }
}

/// The progress of one attempt.
enum Deleted {
    All,
    /// Subscriptions may have been added meanwhile, or another request was first.
    Perhaps,
}

impl Connections {
    /// Deletes a connection and its subscriptions. An unknown connection is not an error.
    ///
    /// Deletes only items of a connection that began at `connected_at` or earlier: a newer connection may
    /// have the same id. It is 0 if the item that has it is damaged. Then the connection's own item has it. When many clients leave at once, DynamoDB may throttle, so it tries for a few seconds.
    pub async fn delete(&self, id: &str, connected_at: i64) -> Result<(), StorageError> {
        let mut failure = None;
        for attempt in 0..ATTEMPTS {
            pause(attempt, PAUSE).await;
            match self.try_delete(id, connected_at).await {
                Ok(Deleted::All) => return Ok(()),
                Ok(Deleted::Perhaps) => failure = None,
                Err(TransactError::Storage(error)) => return Err(error),
                Err(error) => failure = Some(error.into_storage(self)),
            }
        }
        let changed = || StorageError::contradictory(&self.table, format!("connection {id} always changes"));
        Err(failure.unwrap_or_else(changed))
    }

    async fn try_delete(&self, id: &str, connected_at: i64) -> Result<Deleted, TransactError> {
        let items: Vec<_> =
            self.query(connection_key(id)).await?.iter().filter_map(StoredItem::read).collect();
        let connected_at = if connected_at == 0 { last_start(&items) } else { connected_at };
        let is_stale = |item: &StoredItem| item.connected_at.is_none_or(|start| start <= connected_at);
        let stale: Vec<StoredItem> = items.into_iter().filter(is_stale).collect();
        if stale.is_empty() {
            return Ok(Deleted::All);
        }
        // Each change of the subscriptions changes the revision, too.
        let complete = stale.iter().any(|item| item.revision.is_some());
        // "connection" sorts first. If only that is deleted, the next message closes the connection. If it were last, an
        // open connection could lack some of its subscriptions.
        for items in stale.chunks(MAX_TRANSACTION / 2) {
            let deletes = items.iter().flat_map(|item| self.deletes(item, connected_at));
            match self.transact(deletes.collect::<Result<_, _>>()?).await {
                // A newer connection took the id after the Query, or a subscription was added.
                Err(TransactError::ConditionFailed) => return Ok(Deleted::Perhaps),
                result => result?,
            }
        }
        Ok(if complete { Deleted::All } else { Deleted::Perhaps })
    }

    /// Deletes an item and, for a subscription, its mirror.
    fn deletes(
        &self,
        item: &StoredItem,
        connected_at: i64,
    ) -> impl Iterator<Item = Result<TransactWriteItem, StorageError>> {
        let condition = stale(item, connected_at);
        keys(item).into_iter().map(move |key| self.remove(&key, Some(condition.clone())))
    }
}

/// The start of a connection by its own item. If that is damaged, by any other.
fn last_start(items: &[StoredItem]) -> i64 {
    let own = items.iter().find(|item| item.sk == CONNECTION).and_then(|item| item.connected_at);
    own.or(items.iter().filter_map(|item| item.connected_at).max()).unwrap_or_default()
}

/// The item is gone, or belongs to the connection. A damaged start belongs to any connection.
fn stale(item: &StoredItem, connected_at: i64) -> Condition {
    let number = |number: String| AttributeValue::N(number);
    let mut values = vec![
        (":connected_at", number(connected_at.to_string())),
        (":number", AttributeValue::S("N".to_owned())),
    ];
    let expression = match item.revision {
        None => {
            "attribute_not_exists(pk) OR NOT attribute_type(connected_at, :number) OR connected_at <= :connected_at"
        }
        Some(revision) => {
            values.push((":revision", number(revision.to_string())));
            "attribute_not_exists(pk) OR ((NOT attribute_type(connected_at, :number) OR connected_at <= :connected_at) \
             AND revision = :revision)"
        }
    };
    Condition { expression, values }
}

fn keys(item: &StoredItem) -> Vec<Key> {
    match item.sk == CONNECTION {
        true => vec![key(&item.pk, &item.sk)],
        false => vec![key(&item.pk, &item.sk), key(&item.sk, &item.pk)],
    }
}
