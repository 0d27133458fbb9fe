use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::TransactWriteItem;
use tablecast_protocol::subject::Pattern;

use crate::item::{Item, connection_key, subscription_key};
use crate::model::{Session, Subscription};
use crate::open::MAX_PATTERNS;
use crate::write::{Condition, key};
use crate::{ChangeError, Connections, StorageError};

/// What is to become of one subscription: two small writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Begins, or goes on with other types or another end.
    Keep(Subscription),
    Remove(Pattern),
}

impl Connections {
    /// Makes changes to a connection in the state in which it was found, its own item included; each
    /// transaction of at most 49 changes is made as a whole. Once this returns, they are durable: whoever reads
    /// the listeners of a pattern afterwards sees them.
    pub async fn change(&self, session: &Session, changes: &[Change]) -> Result<(), ChangeError> {
        let chunks = changes.chunks(MAX_PATTERNS);
        // Without changes of subscriptions, the connection itself is still written.
        let none = changes.is_empty().then_some(&[][..]);
        for (revision, chunk) in (session.revision..).zip(none.into_iter().chain(chunks)) {
            self.write(session, revision, chunk).await?;
        }
        Ok(())
    }

    async fn write(&self, session: &Session, revision: u64, chunk: &[Change]) -> Result<(), ChangeError> {
        let own = Item::connection(&session.connection, revision + 1);
        // Nobody else changed it, and it is not forgotten.
        let seen =
            Condition { expression: "revision = :revision", name: ":revision", number: revision.to_string() };
        let mut items = vec![self.put(&own, Some(seen))?];
        for change in chunk {
            items.extend(self.pair(session, change)?);
        }
        let request = self.client.transact_write_items().set_transact_items(Some(items));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) if is_overtaken(&error) => Err(ChangeError::Overtaken),
            Err(error) => Err(self.failed(error).into()),
        }
    }

    fn pair(&self, session: &Session, change: &Change) -> Result<[TransactWriteItem; 2], StorageError> {
        match change {
            Change::Keep(subscription) => {
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

/// Another change of the same connection came first, or is being made.
fn is_overtaken<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    is_cancelled_because_of(error, &["ConditionalCheckFailed", "TransactionConflict"])
}

pub(crate) fn is_cancelled_because_of<R>(
    error: &SdkError<TransactWriteItemsError, R>,
    codes: &[&str],
) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
    else {
        return false;
    };
    let reasons = cancelled.cancellation_reasons();
    reasons.iter().any(|reason| reason.code().is_some_and(|code| codes.contains(&code)))
}
