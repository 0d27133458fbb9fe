//! Subscribing, and resuming after known positions.
//!
//! The order ensures that no event is lost. The function announces the replay, and sends the missed events.
//! Then it writes the subscription, which starts the pushes. It reads the events that were appended
//! meanwhile, and sends them before the acknowledgement. So the acknowledgement holds the position after
//! which the client receives every event.

use std::collections::{BTreeMap, BTreeSet};

use tablecast_connections::Session;
use tablecast_event_log::LoggedEvent;
use tablecast_protocol::event_filter::EventFilter;
use tablecast_protocol::message;
use tablecast_protocol::subject::Pattern;
use tablecast_protocol::{Control, Position, Protocol, SubjectResult};
use tokio::time::{Instant, timeout_at};

use crate::error::MessageError;
use crate::history::Missed;
use crate::limits::{ARRAY_PAGE_EVENTS, CATCH_UP_TIMEOUT, MAX_REPLAYED_EVENTS, PAGE_EVENTS, RESUME_TIMEOUT};
use crate::plan::{self, Plan};
use crate::replies::ReplyId;
use crate::{Subscribe, Verify};

/// A subscribe message that is being handled.
pub struct PendingSubscribe<'r> {
    pub session: Session,
    /// The events that the client requested, as far as its newest token grants them.
    pub filter: EventFilter,
    pub reply: ReplyId<'r>,
}

impl<V: Verify> Subscribe<V> {
    pub(crate) async fn subscribe(
        &self,
        session: Session,
        message: &message::Subscribe,
        reply: ReplyId<'_>,
    ) -> Result<Control, MessageError> {
        let plan = |session: &Session| {
            plan::subscribe(session, &self.grants.of(session), &message.subjects, &message.types)
        };
        let mut pending = PendingSubscribe::new(&plan(&session).reply, session, &message.types, reply);
        let missed = self.resume(&mut pending, &message.after).await?;
        let (written, acknowledgement) = self.write(&pending, &missed, plan).await?;
        let written = PendingSubscribe::new(&acknowledgement, written, &message.types, reply);
        let positions = self.catch_up(written, &pending.filter, &missed).await?;
        Ok(acknowledgement.with_sources(positions))
    }

    /// Announces the replay, and sends the missed events.
    async fn resume(
        &self,
        pending: &mut PendingSubscribe<'_>,
        after: &BTreeMap<String, String>,
    ) -> Result<Missed, MessageError> {
        let until = Instant::now() + RESUME_TIMEOUT;
        let missed = within(until, self.missed(pending, after)).await?;
        if !missed.is_empty() {
            within(until, self.announce(pending, &missed)).await?;
            for events in &missed.events {
                let replayed = within(until, self.replay(pending, events)).await;
                replayed.map_err(MessageError::incomplete)?;
            }
        }
        Ok(missed)
    }

    async fn missed(
        &self,
        pending: &PendingSubscribe<'_>,
        after: &BTreeMap<String, String>,
    ) -> Result<Missed, MessageError> {
        let mut missed = Missed::default();
        for (source, position) in after {
            let replay = self.history.after(source, position, &pending.filter, pending.limit()).await?;
            self.charge(&pending.session, replay.as_ref().map_or(0, |replay| replay.read));
            missed.add(source, replay);
        }
        Ok(missed)
    }

    async fn announce(&self, pending: &PendingSubscribe<'_>, missed: &Missed) -> Result<(), MessageError> {
        let event = format!("{}:resumed", pending.reply.event);
        let id = ReplyId { event: &event, ..pending.reply };
        match self.replies.send(&pending.session.connection, &missed.announcement(), id).await {
            true => Ok(()),
            false => Err(MessageError::Unreachable),
        }
    }

    /// Writes the subscription. From now on, events are pushed.
    async fn write(
        &self,
        pending: &PendingSubscribe<'_>,
        missed: &Missed,
        plan: impl Fn(&Session) -> Plan,
    ) -> Result<(Session, Control), MessageError> {
        let written = self.sessions.apply(pending.session.clone(), plan).await;
        let (session, acknowledgement) =
            written.map_err(|error| if missed.is_empty() { error } else { error.incomplete() })?;
        log_refused(&session, &acknowledgement);
        Ok((session, acknowledgement))
    }

    /// Sends the events that were appended while the subscription was written. Returns the positions after
    /// which every event is pushed. `replayed` is the filter of the replay.
    async fn catch_up(
        &self,
        mut written: PendingSubscribe<'_>,
        replayed: &EventFilter,
        missed: &Missed,
    ) -> Result<BTreeMap<String, Position>, MessageError> {
        if !missed.is_empty() && !replayed.has_all_patterns_of(&written.filter) {
            return Err(MessageError::GrantsWidened.incomplete());
        }
        let until = Instant::now() + CATCH_UP_TIMEOUT;
        let positions = within(until, self.catch_up_sources(&mut written, missed)).await;
        positions.map_err(MessageError::incomplete)
    }

    async fn catch_up_sources(
        &self,
        written: &mut PendingSubscribe<'_>,
        missed: &Missed,
    ) -> Result<BTreeMap<String, Position>, MessageError> {
        let (mut positions, patterns) = (BTreeMap::new(), written.filter.patterns.clone());
        for source in self.history.sources(&patterns) {
            let position = match missed.position(&source.name()) {
                None => self.history.end(source).await?,
                Some(position) => {
                    let (filter, limit) = (&written.filter, written.limit());
                    let replay = self.history.since(source, position, filter, limit).await?;
                    self.replay(written, &replay.events.map_err(MessageError::Overrun)?).await?;
                    replay.end
                }
            };
            positions.insert(source.name(), position);
        }
        Ok(positions)
    }
}

impl<'r> PendingSubscribe<'r> {
    /// `result` lists the granted subjects.
    fn new(result: &Control, session: Session, types: &BTreeSet<String>, reply: ReplyId<'r>) -> Self {
        let granted = subjects(result).iter().filter(|subject| subject.granted);
        let patterns = granted.filter_map(|subject| Pattern::parse(&subject.subject).ok()).collect();
        Self { session, filter: EventFilter { patterns, types: types.clone() }, reply }
    }

    /// The most events that are replayed. Where events share messages, their bytes are the limit.
    fn limit(&self) -> usize {
        match self.session.connection.protocol {
            Protocol::Single => MAX_REPLAYED_EVENTS,
            Protocol::Batch => usize::MAX,
        }
    }

    /// Splits events into pages. The connection's grants are read again before each page.
    pub fn pages<'e>(&self, events: &'e [LoggedEvent]) -> impl Iterator<Item = &'e [LoggedEvent]> + use<'e> {
        events.chunks(match self.session.connection.protocol {
            Protocol::Single => PAGE_EVENTS,
            Protocol::Batch => ARRAY_PAGE_EVENTS,
        })
    }
}

async fn within<T>(
    until: Instant,
    work: impl Future<Output = Result<T, MessageError>>,
) -> Result<T, MessageError> {
    timeout_at(until, Box::pin(work)).await.unwrap_or(Err(MessageError::TooSlow))
}

fn subjects(result: &Control) -> &[SubjectResult] {
    match result {
        Control::Subscribed { subjects, .. } => subjects,
        _ => &[],
    }
}

/// Logs refused subjects, so that operators can see who requests subjects of others.
fn log_refused(session: &Session, acknowledgement: &Control) {
    let refused: Vec<_> = subjects(acknowledgement).iter().filter(|subject| !subject.granted).collect();
    if !refused.is_empty() {
        tracing::info!(connection = session.connection.id, ?refused, "refused subjects of a subscription");
    }
}
