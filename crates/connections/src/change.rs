use aws_sdk_dynamodb::types::TransactWriteItem;
use tablecast_aws::StorageError;
use tablecast_protocol::subject::Pattern;

use crate::connections::Connections;
use crate::item::{Item, connection_key, subscription_key};
use crate::model::{Session, Subscription};
use crate::open::MAX_PATTERNS;
use crate::write::{Condition, is_cancelled_because_of, key};

/// A change of one subscription: two small writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Adds the subscription, or replaces it.
    Put(Subscription),
    Remove(Pattern),
}

/// Why subscriptions were not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The connection is not in the state of the session any more. Find it again, and decide again.
    #[error("another request changed or deleted the connection meanwhile")]
    Overtaken,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Connections {
    /// Changes a connection, its own item included, if it is still in the state of `session`.
    ///
    /// Each transaction of at most 49 changes is all or nothing. After this call, `subscribers` finds the
    /// changes.
    pub async fn change(&self, session: &Session, changes: &[Change]) -> Result<(), ChangeError> {
        let chunks = changes.chunks(MAX_PATTERNS);
        // Without changes of subscriptions, the connection's own item is still written.
        let none = changes.is_empty().then_some(&[][..]);
        for (revision, chunk) in (session.revision..).zip(none.into_iter().chain(chunks)) {
            self.write(session, revision, chunk).await?;
        }
        Ok(())
    }

    async fn write(&self, session: &Session, revision: u64, chunk: &[Change]) -> Result<(), ChangeError> {
        let own = Item::connection(&session.connection, revision + 1);
        let unchanged =
            Condition { expression: "revision = :revision", name: ":revision", number: revision.to_string() };
        let mut items = vec![self.put(&own, Some(unchanged))?];
        for change in chunk {
            items.extend(self.pair(session, change)?);
        }
        let request = self.client.transact_write_items().set_transact_items(Some(items));
        let overtaken = &["ConditionalCheckFailed", "TransactionConflict"];
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) if is_cancelled_because_of(&error, overtaken) => Err(ChangeError::Overtaken),
            Err(error) => Err(self.failed(error).into()),
        }
    }

    fn pair(&self, session: &Session, change: &Change) -> Result<[TransactWriteItem; 2], StorageError> {
        match change {
            Change::Put(subscription) => {
                let [own, mirror] = Item::pair(&session.connection, subscription);
                Ok([self.put(&own, None)?, self.put(&mirror, None)?])
            }
            Change::Remove(pattern) => {
                let (id, pattern) = (connection_key(&session.connection.id), subscription_key(pattern));
                Ok([self.remove(&key(&id, &pattern), None)?, self.remove(&key(&pattern, &id), None)?])
            }
        }
    }
}
