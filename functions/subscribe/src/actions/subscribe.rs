//! Subscribing, and resuming after known positions.
//!
//! The order ensures that no event is lost. The function announces the replay, and sends the missed events.
//! Then it writes the subscription, which starts the pushes. It reads the events that were appended
//! meanwhile, and sends them before the acknowledgement. So the acknowledgement holds the position after
//! which the client receives every event.
//!
//! # Layout
//! - `resume`: finds, announces and replays missed events; `catch_up`: sends the events since then

mod catch_up;
mod resume;

use std::collections::BTreeSet;

use tablecast_connections::Session;
use tablecast_protocol::event_filter::EventFilter;
use tablecast_protocol::subject::Pattern;
use tablecast_protocol::{Control, SubjectResult, message};
use tokio::time::{Instant, timeout_at};

use crate::error::MessageError;
use crate::incoming::Incoming;
use crate::limits::{RESUME_TIMEOUT, WRITE_TIMEOUT};
use crate::missed::Missed;
use crate::plan::{self, Plan};
use crate::replay::ReplayTarget;
use crate::room::Room;
use crate::{Subscribe, Verify};

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
        let target = |session: Session, result: &Control| {
            let filter = granted(result, &message.types);
            ReplayTarget { session, filter, payer: from.payer.clone() }
        };
        let mut planned = target(from.session.clone(), &plan(&from.session).reply);
        let until = from.began + RESUME_TIMEOUT;
        let missed = within(until, self.missed(&planned, &message.after)).await?;
        within(until, self.announce(&planned, &missed, from.reply)).await?;
        within(until, self.replay_missed(&mut planned, &missed)).await.map_err(MessageError::incomplete)?;
        let (session, acknowledgement) = self.write(&planned, &missed, plan, from.began).await?;
        let written = target(session, &acknowledgement);
        let positions = self.catch_up(written, &planned.filter, &missed, from.began).await?;
        Ok(acknowledgement.with_sources(positions))
    }

    /// Writes the subscription. From now on, events are pushed.
    async fn write(
        &self,
        planned: &ReplayTarget,
        missed: &Missed,
        plan: impl Fn(&Session) -> Plan,
        began: Instant,
    ) -> Result<(Session, Control), MessageError> {
        let write = Box::pin(self.sessions.apply(planned.session.clone(), plan));
        let written = timeout_at(began + WRITE_TIMEOUT, write).await.unwrap_or(Err(MessageError::SlowTable));
        let (session, acknowledgement) =
            written.map_err(|error| if missed.is_empty() { error } else { error.incomplete() })?;
        self.log_refused(&session, &acknowledgement);
        Ok((session, acknowledgement))
    }

    /// Logs refused subjects, so that operators can see who requests subjects of others. The log also has the
    /// claims that fill no grant.
    fn log_refused(&self, session: &Session, acknowledgement: &Control) {
        let refused = subjects(acknowledgement).iter().filter(|subject| !subject.granted);
        let refused: Vec<_> = refused.map(|subject| format!("{:?}", subject.subject)).collect();
        if !refused.is_empty() {
            let (connection, unfilled) = (&session.connection.id, self.grants.unfilled(session));
            let refused = refused.join(", ");
            tracing::info!(connection, refused, unfilled, "refused subjects of a subscription");
        }
    }
}

/// The results of a subscribe message, by subject.
pub fn subjects(result: &Control) -> &[SubjectResult] {
    match result {
        Control::Subscribed { subjects, .. } => subjects,
        _ => &[],
    }
}

/// The events of the granted subjects.
fn granted(result: &Control, types: &BTreeSet<String>) -> EventFilter {
    let granted = subjects(result).iter().filter(|subject| subject.granted);
    let patterns = granted.filter_map(|subject| Pattern::parse(&subject.subject).ok()).collect();
    EventFilter { patterns, types: types.clone() }
}

async fn within<T>(
    until: Instant,
    work: impl Future<Output = Result<T, MessageError>>,
) -> Result<T, MessageError> {
    timeout_at(until, Box::pin(work)).await.unwrap_or(Err(MessageError::TooSlow))
}
