use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use tablecast_pipeline::subject::Pattern;

use crate::item::{Connection, Item};
use crate::{Connections, MAX_TRANSACTION, OpenError, StorageError};

/// Patterns of one call: each is two items of a transaction, and the connection is one.
pub const MAX_PATTERNS: usize = (MAX_TRANSACTION - 1) / 2;

impl Connections {
    /// Remembers a connection and what it listens to: all of it or nothing.
    pub async fn open(&self, connection: &Connection, patterns: &BTreeSet<Pattern>) -> Result<(), OpenError> {
        if patterns.len() > MAX_PATTERNS {
            return Err(OpenError::TooManyPatterns(patterns.len()));
        }
        let puts = items(connection, patterns).map(|item| self.put(&item)).collect::<Result<_, _>>()?;
        let request = self.client.transact_write_items().set_transact_items(Some(puts));
        request.send().await.map_err(|cause| StorageError::new(&self.table, cause))?;
        Ok(())
    }

    fn put(&self, item: &Item) -> Result<TransactWriteItem, StorageError> {
        let fields = serde_dynamo::to_item(item).map_err(|cause| StorageError::new(&self.table, cause))?;
        let put = Put::builder().table_name(&self.table).set_item(Some(fields)).build();
        let put = put.map_err(|cause| StorageError::new(&self.table, cause))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

fn items(connection: &Connection, patterns: &BTreeSet<Pattern>) -> impl Iterator<Item = Item> {
    let subscriptions =
        patterns.iter().flat_map(|to| [Item::subscription(connection, to), Item::mirror(connection, to)]);
    std::iter::once(Item::connection(connection)).chain(subscriptions)
}
