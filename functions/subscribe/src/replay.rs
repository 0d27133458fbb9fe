//! Sends missed events: in order, and only those that the connection's newest token grants.

use tablecast_connections::Session;
use tablecast_event_log::LoggedEvent;
use tablecast_protocol::event_filter::EventFilter;
use tablecast_sockets::Outgoing;

use crate::Subscribe;
use crate::error::MessageError;
use crate::limits::{max_events, page_events};
use crate::quotas::Account;
use crate::sessions::is_expired;

/// The connection that receives a replay.
pub struct ReplayTarget {
    pub session: Session,
    /// The events that the client requested, as far as its newest token grants them.
    pub filter: EventFilter,
    /// The account that pays for what is read.
    pub payer: Option<Account>,
}

impl ReplayTarget {
    /// The most events that are replayed.
    pub fn limit(&self) -> usize {
        max_events(self.session.connection.protocol)
    }

    /// Splits events into pages. The connection's grants are read again before each page.
    fn pages<'e>(&self, events: &'e [LoggedEvent]) -> impl Iterator<Item = &'e [LoggedEvent]> + use<'e> {
        events.chunks(page_events(self.session.connection.protocol))
    }
}

impl<V> Subscribe<V> {
    /// Stops at the first frame that the connection does not accept, because the client could not see the
    /// gap.
    pub(crate) async fn replay(
        &self,
        target: &mut ReplayTarget,
        events: &[LoggedEvent],
    ) -> Result<(), MessageError> {
        for events in target.pages(events) {
            self.reload_grants(target).await?;
            let events = events.iter().map(|event| event.text.as_str());
            let granted: Vec<&str> = events.filter(|event| target.filter.wants(event)).collect();
            self.send(target, &granted).await?;
            self.replies.counts.replayed_events.add_all(granted.len());
            self.replies.counts.replayed_bytes.add_all(granted.iter().map(|event| event.len()).sum());
        }
        Ok(())
    }

    /// A new token can grant less or live longer. A pattern that is no longer granted stays removed, even if
    /// a later token grants it again.
    async fn reload_grants(&self, target: &mut ReplayTarget) -> Result<(), MessageError> {
        target.session = self.sessions.reload(&target.session.connection.id).await?;
        let granted = self.grants.of(&target.session);
        target.filter.patterns.retain(|pattern| granted.contains(pattern));
        Ok(())
    }

    /// Sends notices in place of events that are too large, as a push does: a client that reconnects would
    /// get the same events again.
    async fn send(&self, target: &mut ReplayTarget, events: &[&str]) -> Result<(), MessageError> {
        let outgoing = Outgoing::new(target.session.connection.protocol, events);
        for frame in outgoing.frames() {
            if is_expired(&target.session) {
                self.reload_grants(target).await?;
            }
            if !self.replies.send_events(&target.session.connection, &outgoing, &frame).await {
                return Err(MessageError::Unreachable);
            }
        }
        Ok(())
    }
}
