use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use tablecast_aws::StorageError;
use tablecast_protocol::subject::Pattern;

use crate::connections::Connections;
use crate::item::{Item, connection_key, subscription_key};
use crate::model::{Session, Subscription};
use crate::open::MAX_PATTERNS;
use crate::write::{Condition, TransactError, key};

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
        let mut items = vec![self.put(&own, Some(unchanged(revision)))?];
        for change in chunk {
            items.extend(self.pair(session, change)?);
        }
        self.write_unless_overtaken(items).await
    }

    /// Writes the items of one connection, all or none. One of them must be its own item, `unchanged`.
    async fn write_unless_overtaken(&self, items: Vec<TransactWriteItem>) -> Result<(), ChangeError> {
        self.transact(items).await.map_err(|error| match error {
            TransactError::ConditionFailed | TransactError::Conflict => ChangeError::Overtaken,
            TransactError::Throttled(error) | TransactError::Storage(error) => error.into(),
        })
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

/// The condition that no other request changed a connection since it had this revision.
fn unchanged(revision: u64) -> Condition {
    let values = vec![(":revision", AttributeValue::N(revision.to_string()))];
    Condition { expression: "revision = :revision", values }
}
