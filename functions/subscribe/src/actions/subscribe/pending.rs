use std::collections::BTreeSet;

use tablecast_connections::Session;
use tablecast_event_log::LoggedEvent;
use tablecast_protocol::event_filter::EventFilter;
use tablecast_protocol::subject::Pattern;
use tablecast_protocol::{Control, SubjectResult};

use crate::incoming::Incoming;
use crate::limits::{max_events, page_events};
use crate::quotas::Account;
use crate::replies::ReplyId;

/// A subscribe message that is being handled.
pub struct PendingSubscribe<'r> {
    pub session: Session,
    /// The events that the client requested, as far as its newest token grants them.
    pub filter: EventFilter,
    pub reply: ReplyId<'r>,
    /// The account that pays for what is read.
    pub payer: Option<Account>,
}

impl<'r> PendingSubscribe<'r> {
    /// `result` lists the granted subjects.
    pub fn new(result: &Control, from: Incoming<'r>, types: &BTreeSet<String>) -> Self {
        let granted = subjects(result).iter().filter(|subject| subject.granted);
        let patterns = granted.filter_map(|subject| Pattern::parse(&subject.subject).ok()).collect();
        let Incoming { session, payer, reply, .. } = from;
        Self { session, filter: EventFilter { patterns, types: types.clone() }, reply, payer }
    }

    /// The most events that are replayed.
    pub fn limit(&self) -> usize {
        max_events(self.session.connection.protocol)
    }

    /// Splits events into pages. The connection's grants are read again before each page.
    pub fn pages<'e>(&self, events: &'e [LoggedEvent]) -> impl Iterator<Item = &'e [LoggedEvent]> + use<'e> {
        events.chunks(page_events(self.session.connection.protocol))
    }
}

/// The results of a subscribe message, by subject.
pub fn subjects(result: &Control) -> &[SubjectResult] {
    match result {
        Control::Subscribed { subjects, .. } => subjects,
        _ => &[],
    }
}
