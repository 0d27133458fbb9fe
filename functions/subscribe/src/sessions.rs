//! The connection of a message, in the connections table.

use tablecast_aws::{StorageError, now_in_milliseconds};
use tablecast_connections::{ChangeError, Connection, Connections, Session};
use tablecast_protocol::Control;
use tokio::time::{Instant, timeout_at};

use crate::error::MessageError;
use crate::limits::{CHANGE_ATTEMPTS, CHANGE_PAUSE};
use crate::plan::Plan;

pub struct Sessions {
    connections: Connections,
}

impl Sessions {
    pub fn new(connections: Connections) -> Self {
        Self { connections }
    }

    pub async fn find(&self, connection: &str) -> Result<Option<Session>, StorageError> {
        self.connections.find(connection).await
    }

    /// Reads a connection again, which must still be there and have a valid token.
    pub async fn reload(&self, connection: &str) -> Result<Session, MessageError> {
        let session = self.find(connection).await?.ok_or(MessageError::Deleted)?;
        if is_expired(&session) { Err(MessageError::Expired) } else { Ok(session) }
    }

    /// Makes the change that `plan` decides on. If another message changes the connection first, plans again.
    ///
    /// Returns the connection as it was written, and the reply that is true now. An error at `until` does not prove that
    /// nothing was written.
    pub async fn apply(
        &self,
        session: Session,
        plan: impl Fn(&Session) -> Plan,
        until: Instant,
    ) -> Result<(Session, Control), MessageError> {
        let applied = timeout_at(until, Box::pin(self.try_apply(session, plan))).await;
        applied.unwrap_or(Err(MessageError::SlowTable))
    }

    async fn try_apply(
        &self,
        mut session: Session,
        plan: impl Fn(&Session) -> Plan,
    ) -> Result<(Session, Control), MessageError> {
        for _ in 0..CHANGE_ATTEMPTS {
            let Plan { connection, changes, reply } = plan(&session);
            if changes.is_empty() && connection == session.connection {
                return Ok((session, reply));
            }
            session.connection = connection;
            match self.connections.change(&session, &changes).await {
                Ok(()) => return Ok((session, reply)),
                Err(ChangeError::Storage(error)) => return Err(error.into()),
                Err(ChangeError::Overtaken) => {
                    tokio::time::sleep(CHANGE_PAUSE.mul_f64(fastrand::f64())).await;
                }
            }
            session = self.reload(&session.connection.id).await?;
        }
        Err(MessageError::Contended)
    }

    /// Best effort: `$disconnect` or a push deletes what stays.
    pub async fn delete(&self, connection: &Connection) {
        if let Err(error) = self.connections.delete(&connection.id, connection.connected_at).await {
            tracing::warn!(
                connection = connection.id,
                %error,
                "could not delete a connection: $disconnect or the next push deletes it"
            );
        }
    }
}

/// Returns whether the connection's token has expired.
pub fn is_expired(session: &Session) -> bool {
    session.connection.ends_at() <= now_in_milliseconds() / 1000
}
