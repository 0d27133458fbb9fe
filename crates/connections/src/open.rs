use tablecast_aws::StorageError;
use tablecast_protocol::subject::Pattern;

use crate::connections::Connections;
use crate::item::Item;
use crate::model::{Connection, Subscription};
use crate::write::MAX_TRANSACTION;

/// The patterns of one call. Each takes two items of a transaction, and the connection takes one.
pub const MAX_PATTERNS: usize = (MAX_TRANSACTION - 1) / 2;

/// Why a connection was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The client's mistake.
    #[error("{0} patterns are too many. One request can name {MAX_PATTERNS}.")]
    TooManyPatterns(usize),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Connections {
    /// Writes a connection and its subscriptions: all of it or nothing.
    pub async fn open(
        &self,
        connection: &Connection,
        patterns: impl IntoIterator<Item = Pattern>,
    ) -> Result<(), OpenError> {
        let subscriptions: Vec<_> = patterns.into_iter().map(Subscription::to).collect();
        if subscriptions.len() > MAX_PATTERNS {
            return Err(OpenError::TooManyPatterns(subscriptions.len()));
        }
        let pairs = subscriptions.iter().flat_map(|subscription| Item::pair(connection, subscription));
        let items = std::iter::once(Item::connection(connection, 0)).chain(pairs);
        let puts = items.map(|item| self.put(&item, None)).collect::<Result<_, _>>()?;
        self.transact(puts).await.map_err(|error| error.into_storage(self).into())
    }

    /// Writes a connection that is open only until its client has the reason of its refusal.
    pub async fn refuse(&self, connection: &Connection, refusal: &str) -> Result<(), StorageError> {
        let item = Item { refusal: Some(refusal.to_owned()), ..Item::connection(connection, 0) };
        self.transact(vec![self.put(&item, None)?]).await.map_err(|error| error.into_storage(self))
    }
}
