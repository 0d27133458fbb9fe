//! Sends what was missed: in order, and what the connection's newest token grants.

use std::borrow::Cow;

use tablecast_log::Placed;
use tablecast_protocol::{MESSAGE_BYTES, frames, notice};

use crate::change::Trouble;
use crate::gateway::Posted;
use crate::handle::is_expired;
use crate::resume::Listening;
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

    async fn send(&self, listening: &mut Listening<'_>, events: &[&str]) -> Result<(), Trouble> {
        let protocol = listening.session.connection.protocol;
        let room = MESSAGE_BYTES - protocol.overhead();
        let texts: Vec<_> = events.iter().map(|event| fitting(event, room)).collect();
        let texts: Vec<&str> = texts.iter().map(Cow::as_ref).collect();
        for frame in frames(protocol, &texts) {
            if is_expired(&listening.session) {
                self.look_at_grants(listening).await?;
            }
            match self.gateway.post(&listening.session.connection.id, frame.text.into_owned()).await {
                Posted::Taken => {}
                Posted::TooLarge => self.name(listening, &events[frame.events]).await?,
                Posted::NotTaken => return Err(Trouble::Unreachable),
            }
        }
        Ok(())
    }

    /// What API Gateway finds too large, although it should not be, is named instead, as in a push: whoever comes back
    /// would meet it again.
    async fn name(&self, listening: &Listening<'_>, events: &[&str]) -> Result<(), Trouble> {
        let connection = &listening.session.connection;
        for event in events {
            let notice = connection.protocol.frame(notice(event));
            if self.gateway.post(&connection.id, notice).await == Posted::NotTaken {
                return Err(Trouble::Unreachable);
            }
        }
        Ok(())
    }
}

/// In the place of what no message holds, what names it.
fn fitting(event: &str, room: usize) -> Cow<'_, str> {
    if event.len() <= room { Cow::Borrowed(event) } else { Cow::Owned(notice(event)) }
}
