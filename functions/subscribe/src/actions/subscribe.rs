//! Subscribing, and resuming after known positions.
//!
//! The order ensures that no event is lost. The function announces the replay, and sends the missed events.
//! Then it writes the subscription, which starts the pushes. It reads the events that were appended
//! meanwhile, and sends them before the acknowledgement. So the acknowledgement holds the position after
//! which the client receives every event.
//!
//! # Layout
//! - `pending`: a subscribe message that is being handled
//! - `resume`: finds, announces and replays missed events; `catch_up`: sends the events since then

mod catch_up;
mod pending;
mod resume;

use tablecast_connections::Session;
use tablecast_protocol::{Control, message};
use tokio::time::{Instant, timeout_at};

use crate::error::MessageError;
use crate::incoming::Incoming;
use crate::limits::{RESUME_TIMEOUT, WRITE_TIMEOUT};
use crate::missed::Missed;
use crate::plan::{self, Plan};
use crate::room::Room;
use crate::{Subscribe, Verify};

pub use pending::{PendingSubscribe, subjects};

impl<V: Verify> Subscribe<V> {
    pub(crate) async fn subscribe(
        &self,
        from: Incoming<'_>,
        message: &message::Subscribe,
    ) -> Result<Control, MessageError> {
        let plan = |session: &Session| {
            let (granted, room) = (self.grants.of(session), Room::of(session, &self.history.sources));
            plan::subscribe(session, &granted, room, &message.subjects, &message.types)
        };
        let planned = plan(&from.session).reply;
        let mut pending = PendingSubscribe::new(&planned, from.clone(), &message.types);
        let until = from.began + RESUME_TIMEOUT;
        let missed = within(until, self.missed(&pending, &message.after)).await?;
        within(until, self.announce(&pending, &missed)).await?;
        within(until, self.replay_missed(&mut pending, &missed)).await.map_err(MessageError::incomplete)?;
        let (session, acknowledgement) = self.write(&pending, &missed, plan, from.began).await?;
        let written = PendingSubscribe::new(&acknowledgement, Incoming { session, ..from }, &message.types);
        let positions = self.catch_up(written, &pending.filter, &missed, from.began).await?;
        Ok(acknowledgement.with_sources(positions))
    }

    /// Writes the subscription. From now on, events are pushed.
    async fn write(
        &self,
        pending: &PendingSubscribe<'_>,
        missed: &Missed,
        plan: impl Fn(&Session) -> Plan,
        began: Instant,
    ) -> Result<(Session, Control), MessageError> {
        let write = Box::pin(self.sessions.apply(pending.session.clone(), plan));
        let written = timeout_at(began + WRITE_TIMEOUT, write).await.unwrap_or(Err(MessageError::SlowTable));
        let (session, acknowledgement) =
            written.map_err(|error| if missed.is_empty() { error } else { error.incomplete() })?;
        self.log_refused(&session, &acknowledgement);
        Ok((session, acknowledgement))
    }

    /// Logs refused subjects, so that operators can see who requests subjects of others. The log also has the
    /// claims that fill no grant.
    fn log_refused(&self, session: &Session, acknowledgement: &Control) {
        let refused = pending::subjects(acknowledgement).iter().filter(|subject| !subject.granted);
        let refused: Vec<_> = refused.map(|subject| format!("{:?}", subject.subject)).collect();
        if !refused.is_empty() {
            let (connection, unfilled) = (&session.connection.id, self.grants.unfilled(session));
            let refused = refused.join(", ");
            tracing::info!(connection, refused, unfilled, "refused subjects of a subscription");
        }
    }
}

async fn within<T>(
    until: Instant,
    work: impl Future<Output = Result<T, MessageError>>,
) -> Result<T, MessageError> {
    timeout_at(until, Box::pin(work)).await.unwrap_or(Err(MessageError::TooSlow))
}
