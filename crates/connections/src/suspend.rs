use tablecast_aws::StorageError;

use crate::change::{ChangeError, unchanged};
use crate::connections::Connections;
use crate::item::{CONNECTION, Item, connection_key};
use crate::open::MAX_PATTERNS;

/// Attempts to suspend a connection that its messages change at the same time.
const ATTEMPTS: u32 = 12;

impl Connections {
    /// Suspends a connection that missed events although its client may still be there. Its items stay, so
    /// that `dispatch` can close it later. It receives no event until then, because a later event would hide
    /// the gap, and `find` no longer returns it.
    ///
    /// An unknown connection is not an error, nor is a newer one with the same id.
    pub async fn suspend(&self, id: &str, connected_at: i64) -> Result<(), StorageError> {
        for _ in 0..ATTEMPTS {
            let items = self.query(connection_key(id)).await?;
            match self.write_suspended(items, connected_at).await {
                Err(ChangeError::Overtaken) => {}
                Err(ChangeError::Storage(error)) => return Err(error),
                Ok(()) => return Ok(()),
            }
        }
        Err(StorageError::contradictory(&self.table, ChangeError::Overtaken.to_string()))
    }

    async fn write_suspended(&self, items: Vec<Item>, connected_at: i64) -> Result<(), ChangeError> {
        let (own, subscriptions): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item.sk == CONNECTION);
        let Some(own) = own.into_iter().find(|own| own.connected_at <= connected_at) else { return Ok(()) };
        // Each transaction writes the connection's own item too, so that no message changes the connection
        // meanwhile.
        let none = subscriptions.is_empty().then_some(&[][..]);
        let chunks = none.into_iter().chain(subscriptions.chunks(MAX_PATTERNS));
        for (revision, chunk) in (own.revision.unwrap_or_default()..).zip(chunks) {
            let mut puts = vec![self.put(&own.suspended(revision + 1), Some(unchanged(revision)))?];
            for subscription in chunk {
                let [subscription, mirror] = subscription.suspended_pair(own.protocol);
                puts.extend([self.put(&subscription, None)?, self.put(&mirror, None)?]);
            }
            self.write_unless_overtaken(puts).await?;
        }
        Ok(())
    }
}
