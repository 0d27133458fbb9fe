use tablecast_connections::Session;
use tablecast_sockets::Outgoing;
use tokio::time::{Instant, timeout_at};

use super::progress::Entry;
use super::snapshot::Snapshot;
use crate::Subscribe;
use crate::error::MessageError;
use crate::sessions::is_expired;

impl<V> Subscribe<V> {
    /// Sends what waits. The connection's grants and subscriptions are read again before.
    pub(super) async fn send_waiting(
        &self,
        snapshot: &mut Snapshot<'_>,
        until: Instant,
    ) -> Result<(), MessageError> {
        if snapshot.waiting.is_empty() {
            return Ok(());
        }
        snapshot.session = self.sessions.reload(&snapshot.session.connection.id).await?;
        let granted = self.grants.of(&snapshot.session);
        let entries = snapshot.take_granted(&granted);
        let texts: Vec<&str> = entries.iter().filter_map(Entry::text).collect();
        let sent = self.send_items(&mut snapshot.session, &texts, until).await;
        match sent {
            Ok(()) => {
                self.replies.counts.state.bytes.add_all(texts.iter().map(|text| text.len()).sum());
                snapshot.sent(entries);
            }
            Err(_) => snapshot.waiting = entries,
        }
        sent
    }

    /// Stops at the first frame that the connection does not accept, because the client could not see which items
    /// are missing.
    async fn send_items(
        &self,
        session: &mut Session,
        events: &[&str],
        until: Instant,
    ) -> Result<(), MessageError> {
        let outgoing = Outgoing::new(session.connection.protocol, events);
        for frame in outgoing.frames() {
            if is_expired(session) {
                *session = self.sessions.reload(&session.connection.id).await?;
            }
            let sent = self.replies.send_events(&session.connection, &outgoing, &frame);
            if !timeout_at(until, sent).await.map_err(|_| MessageError::TooSlow)? {
                return Err(MessageError::Unreachable);
            }
        }
        Ok(())
    }
}
