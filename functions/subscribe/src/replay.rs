//! Sends what was missed: in order, and what the connection's newest token grants.

use tablecast_log::Placed;
use tablecast_sockets::{Outgoing, Progress};

use crate::change::Trouble;
use crate::handle::is_expired;
use crate::resume::Listening;
use crate::send::{is_delivered, recipient};
use crate::{Subscribe, Verify};

impl<V: Verify> Subscribe<V> {
    /// What is not taken ends it: a gap would go unseen.
    pub async fn replay(&self, listening: &mut Listening<'_>, events: &[Placed]) -> Result<(), Trouble> {
        for events in events.chunks(listening.page()) {
            self.look_at_grants(listening).await?;
            let granted = events.iter().map(|event| event.text.as_str());
            let granted: Vec<&str> = granted.filter(|event| listening.wish.wants(event)).collect();
            self.send(listening, &granted).await?;
        }
        Ok(())
    }

    /// A new token may have come, that grants less or lives longer.
    async fn look_at_grants(&self, listening: &mut Listening<'_>) -> Result<(), Trouble> {
        listening.session = self.look_again(&listening.session.connection.id).await?;
        listening.wish.keep(&self.granted(&listening.session));
        Ok(())
    }

    /// Sends notices in place of events that are too large, as a push does: a client that reconnects would get the same
    /// events again.
    async fn send(&self, listening: &mut Listening<'_>, events: &[&str]) -> Result<(), Trouble> {
        let outgoing = Outgoing::new(listening.session.connection.protocol, events);
        for frame in outgoing.frames() {
            if is_expired(&listening.session) {
                self.look_at_grants(listening).await?;
            }
            let connection = &listening.session.connection;
            let (to, mut progress) = (recipient(connection), Progress::default());
            let outcome = self.sockets.deliver_frame(to, &outgoing, &frame, &mut progress).await;
            if !is_delivered(connection, outcome) {
                return Err(Trouble::Unreachable);
            }
        }
        Ok(())
    }
}
