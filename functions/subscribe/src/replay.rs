//! Sends missed events: in order, and only those that the connection's newest token grants.

use tablecast_event_log::LoggedEvent;
use tablecast_sockets::Outgoing;

use crate::Subscribe;
use crate::actions::PendingSubscribe;
use crate::error::MessageError;
use crate::sessions::is_expired;

impl<V> Subscribe<V> {
    /// Stops at the first frame that the connection does not accept, because the client could not see the
    /// gap.
    pub(crate) async fn replay(
        &self,
        pending: &mut PendingSubscribe<'_>,
        events: &[LoggedEvent],
    ) -> Result<(), MessageError> {
        for events in pending.pages(events) {
            self.reload_grants(pending).await?;
            let events = events.iter().map(|event| event.text.as_str());
            let granted: Vec<&str> = events.filter(|event| pending.filter.wants(event)).collect();
            self.send(pending, &granted).await?;
            self.replies.counts.replayed_events.add_all(granted.len());
            self.replies.counts.replayed_bytes.add_all(granted.iter().map(|event| event.len()).sum());
        }
        Ok(())
    }

    /// A new token can grant less or live longer. A pattern that is no longer granted stays removed, even if
    /// a later token grants it again.
    async fn reload_grants(&self, pending: &mut PendingSubscribe<'_>) -> Result<(), MessageError> {
        pending.session = self.sessions.reload(&pending.session.connection.id).await?;
        let granted = self.grants.of(&pending.session);
        pending.filter.patterns.retain(|pattern| granted.contains(pattern));
        Ok(())
    }

    /// Sends notices in place of events that are too large, as a push does: a client that reconnects would
    /// get the same events again.
    async fn send(&self, pending: &mut PendingSubscribe<'_>, events: &[&str]) -> Result<(), MessageError> {
        let outgoing = Outgoing::new(pending.session.connection.protocol, events);
        for frame in outgoing.frames() {
            if is_expired(&pending.session) {
                self.reload_grants(pending).await?;
            }
            if !self.replies.send_events(&pending.session.connection, &outgoing, &frame).await {
                return Err(MessageError::Unreachable);
            }
        }
        Ok(())
    }
}
