//! Subscribing, and resuming after known positions.
//!
//! The order ensures that no event is lost. The function announces the replay, and sends the missed events.
//! Then it writes the subscription, which starts the pushes. It reads the events that were appended
//! meanwhile, and sends them before the acknowledgement. So the acknowledgement holds the position after
//! which the client receives every event.
//!
//! # Layout
//! - `resume`: finds, announces and replays missed events; `catch_up`: sends the events since then
//! - `write`: writes the subscription

mod catch_up;
mod resume;
mod write;

use std::collections::BTreeSet;

use tablecast_connections::Session;
use tablecast_protocol::event_filter::EventFilter;
use tablecast_protocol::subject::Pattern;
use tablecast_protocol::{Control, SubjectResult, message};
use tokio::time::{Instant, timeout_at};

use crate::error::MessageError;
use crate::message_context::MessageContext;
use crate::replay::ReplayTarget;
use crate::room::Room;
use crate::state::Request;
use crate::{Subscribe, Verify, plan};

impl<V: Verify> Subscribe<V> {
    /// Subscribes, and sends the acknowledgement before the state if the client requests it.
    pub(crate) async fn subscribe_with_state(
        &self,
        context: MessageContext<'_>,
        message: &message::Subscribe,
    ) -> Result<Control, MessageError> {
        let acknowledgement = self.subscribe(context.clone(), message).await?;
        let (true, Some(id)) = (message.state, &message.id) else { return Ok(acknowledgement) };
        if !self.replies.send(&context.session.connection, &acknowledgement, context.reply).await {
            return Err(MessageError::Unreachable);
        }
        let granted = subjects(&acknowledgement).iter().filter(|subject| subject.granted);
        let subjects: Vec<String> = granted.map(|subject| subject.subject.clone()).collect();
        let (types, sources) = (&message.types, Some(acknowledgement.into_sources()));
        self.collect(Request { context, subjects: &subjects, types, next: None, sources, id }).await
    }

    async fn subscribe(
        &self,
        context: MessageContext<'_>,
        message: &message::Subscribe,
    ) -> Result<Control, MessageError> {
        let plan = |session: &Session| {
            let (granted, room) = (self.grants.of(session), Room::of(session, &self.history.sources));
            plan::subscribe(session, &granted, room, &message.subjects, &message.types)
        };
        let target = |session: Session, result: &Control| {
            let filter = granted(result, &message.types);
            ReplayTarget { session, filter, payer: context.payer.clone() }
        };
        let mut planned = target(context.session.clone(), &plan(&context.session).reply);
        let until = context.deadline.resume;
        let missed = within(until, self.missed(&planned, &message.after)).await?;
        within(until, self.announce(&planned, &missed, context.reply)).await?;
        within(until, self.replay_missed(&mut planned, &missed)).await.map_err(MessageError::incomplete)?;
        let (session, acknowledgement) = self.write(&planned, &missed, plan, context.deadline).await?;
        let written = target(session, &acknowledgement);
        let positions = self.catch_up(written, &planned.filter, &missed, context.deadline).await?;
        Ok(acknowledgement.with_sources(positions))
    }
}

/// The results of a subscribe message, by subject.
fn subjects(result: &Control) -> &[SubjectResult] {
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
