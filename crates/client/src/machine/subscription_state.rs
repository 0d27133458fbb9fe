use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tablecast_protocol::Position;
use tablecast_protocol::event_type::removed;

use super::collection::CollectionState;
use super::delivery::{Delivery, Gap, Invalid, Refused};
use super::effect::ConnectionId;
use super::log_order::{in_log_order, is_empty};
use super::newest_events::NewestEvents;
use super::progress::Progress;
use super::recent_ids::RecentIds;
use super::validate::Validate;
use crate::wire::control::{Positions, ResumeResult, ResumeResults};
use crate::wire::event::Event;
use crate::wire::filter::Filter;

/// Live events did not stop, so these reasons are no gap in a live subscription.
const NO_GAP_IF_LIVE: [&str; 3] = ["too-much", "too-wide", "quota-exceeded"];

const POSITION_UNKNOWN: &str = "position-unknown";

/// The source of a gap if the server has no logs.
const NO_LOG: &str = "the server";

/// The state of a subscription on a connection, before another subscribe message.
#[derive(Debug)]
pub(super) struct Before<'g> {
    /// It has missed nothing, as far as the client knows.
    pub was_live: bool,
    /// The sources whose gaps an earlier message has just reported. After its positions, live events did not stop.
    pub gaps: &'g mut BTreeSet<String>,
}

/// The events that an application requests.
#[derive(Debug, Clone)]
pub struct SubscriptionConfig {
    pub filter: Filter,
    /// The text of a stored [`Progress`] to resume from.
    pub progress: Option<String>,
}

/// One subscription of the application, over all connections. Each method returns the deliveries that follow.
#[derive(Debug)]
pub struct SubscriptionState {
    pub(super) filter: Arc<Filter>,
    pub(super) progress: Progress,
    /// True if the subscription has a position. Then it must resume, and may miss no event.
    pub(super) has_started: bool,
    recent_ids: RecentIds,
    newest: NewestEvents,
    refused: BTreeSet<String>,
    /// Present in the subscription of a collection.
    pub(super) collection: Option<Box<CollectionState>>,
}

impl SubscriptionState {
    pub fn new(SubscriptionConfig { filter, progress }: SubscriptionConfig) -> Self {
        Self {
            filter: Arc::new(filter),
            has_started: progress.is_some(),
            progress: Progress::restore(progress.as_deref().unwrap_or_default()),
            recent_ids: RecentIds::default(),
            newest: NewestEvents::default(),
            refused: BTreeSet::new(),
            collection: None,
        }
    }

    /// The subscription of a collection: to the state of this type, and to its removals.
    pub fn collection(subjects: impl IntoIterator<Item = String>, event_type: &str) -> Self {
        let types = [Some(event_type.to_owned()), removed(event_type)];
        let filter = Filter::new(subjects, types.into_iter().flatten());
        let collection = CollectionState::new(event_type.to_owned(), filter.subjects.clone());
        let mut state = Self::new(SubscriptionConfig { filter, progress: None });
        state.collection = Some(Box::new(collection));
        state
    }

    /// When to request state. None for a subscription without a collection.
    pub(super) fn load_at(&self) -> Option<Duration> {
        self.collection.as_ref().map(|collection| collection.load_at)
    }

    /// A collection makes other deliveries of those of its subscription.
    pub(super) fn shown(&mut self, deliveries: Vec<Delivery>) -> Vec<Delivery> {
        match &mut self.collection {
            Some(collection) => {
                deliveries.into_iter().flat_map(|delivery| collection.receive(delivery)).collect()
            }
            None => deliveries,
        }
    }

    /// Delivers an event of this connection once, as an error if it does not match its schema.
    pub(super) fn receive(
        &mut self,
        event: &Arc<Event>,
        connection: ConnectionId,
        validate: Option<&Validate>,
    ) -> Vec<Delivery> {
        let id = format!("{} {}", event.source(), event.id());
        if self.progress.has(event) || self.recent_ids.has(&id) {
            return Vec::new();
        }
        // Without progress in its source, an event is missed if an earlier connection delivered a newer one.
        if self.newest.add(event, connection) && !self.progress.has_source(event.source()) {
            return Vec::new();
        }
        self.recent_ids.add(id);
        let delivery = match validate.and_then(|validate| validate(event).err()) {
            Some(detail) => Delivery::Invalid(Invalid { event: event.clone(), detail }),
            None if event.is_late() => Delivery::Late(event.clone()),
            None => Delivery::Event(event.clone()),
        };
        self.record(vec![delivery])
    }

    /// Delivers the buffered events of an acknowledged subscribe. `positions` has the sources of all its
    /// subscriptions. If this one was live, the subscribe only checked for lost events, or resumed another one.
    pub(super) fn catch_up(
        &mut self,
        positions: &Positions,
        results: &ResumeResults,
        buffered: Vec<Arc<Event>>,
        before: &Before<'_>,
        connection: ConnectionId,
        validate: Option<&Validate>,
    ) -> Vec<Delivery> {
        let own = positions.iter().filter(|(source, _)| self.filter.can_have(source));
        let own: BTreeMap<_, _> = own.map(|(source, position)| (source.clone(), *position)).collect();
        let Resumed { mut deliveries, starts, advances } = self.resumed(&own, results, before);
        if self.has_started && positions.is_empty() && !before.gaps.contains(NO_LOG) {
            deliveries.insert(0, gap(NO_LOG, POSITION_UNKNOWN));
        }
        deliveries.extend(self.record(changed(Delivery::Start, starts)));
        // Before other sources are forgotten: the progress in them recognizes events that must not arrive again.
        for event in in_log_order(buffered) {
            deliveries.extend(self.receive(&event, connection, validate));
        }
        self.has_started = true;
        let mut last = vec![Delivery::Sources(own.into_keys().collect())];
        last.extend(changed(Delivery::Advance, advances));
        deliveries.extend(self.record(last));
        deliveries
    }

    /// Handles the sources of all subscriptions of the connection. Forgets others, and starts in new ones.
    pub(super) fn list(&mut self, positions: &Positions) -> Vec<Delivery> {
        let is_own = |source: &str| self.progress.has_source(source) || self.filter.is_within(source);
        let own: Vec<_> = positions.iter().filter(|(source, _)| is_own(source)).collect();
        let sources: BTreeSet<_> = own.iter().map(|(source, _)| (*source).clone()).collect();
        if self.progress.is_listed(&sources) {
            return Vec::new();
        }
        let new = own.into_iter();
        let new = new.filter(|(source, position)| is_empty(**position) && !self.progress.has_source(source));
        let starts = new.map(|(source, position)| (source.clone(), *position)).collect();
        let mut deliveries = vec![Delivery::Sources(sources)];
        deliveries.extend(changed(Delivery::Start, starts));
        self.record(deliveries)
    }

    /// Returns whether a log continued after the last delivered event. Mostly with events that do not match.
    pub(super) fn is_behind(&self, log_ends: &Positions) -> bool {
        log_ends.iter().any(|(source, end)| self.progress.is_behind(source, *end))
    }

    /// Records that every event up to these positions was delivered.
    pub(super) fn advance_to(&mut self, positions: &Positions) -> Vec<Delivery> {
        let later = positions.iter().filter(|(source, end)| self.progress.can_advance_to(source, **end));
        let later = later.map(|(source, position)| (source.clone(), *position)).collect();
        self.record(changed(Delivery::Advance, later))
    }

    /// Delivers the refusal once, although every connection subscribes to the subject again.
    pub(super) fn refuse(&mut self, subject: &str, reason: &str) -> Vec<Delivery> {
        match self.refused.insert(subject.to_owned()) {
            true => {
                vec![Delivery::Refused(Refused { subject: subject.to_owned(), reason: reason.to_owned() })]
            }
            false => Vec::new(),
        }
    }

    /// Where the subscription continues in each source, and which sources have a gap.
    fn resumed(&self, own: &Positions, results: &ResumeResults, before: &Before<'_>) -> Resumed {
        let mut resumed = Resumed::default();
        for (source, position) in own {
            let result = results.get(source);
            let reason = result.and_then(|result| result.reason.as_deref()).unwrap_or(POSITION_UNKNOWN);
            let is_resumed =
                result.is_some_and(|result| result.recovered) && self.progress.has_source(source);
            if !is_resumed && before.covers(source, reason) {
                continue;
            }
            let changed = if is_resumed { &mut resumed.advances } else { &mut resumed.starts };
            changed.insert(source.clone(), *position);
            if !is_resumed && self.is_gap(source, result, before.was_live) {
                resumed.deliveries.push(gap(source, reason));
            }
        }
        resumed
    }

    /// There is no gap in a source that only other subscriptions of the same message resumed. A live one may miss
    /// what was on its way, because it cannot distinguish that from the replay. One whose stored progress is lost may
    /// miss anything.
    fn is_gap(&self, source: &str, result: Option<&ResumeResult>, was_live: bool) -> bool {
        let is_lost = was_live || self.progress.is_empty() || self.progress.has_source(source);
        self.has_started && (is_lost || result.is_none())
    }

    fn record(&mut self, deliveries: Vec<Delivery>) -> Vec<Delivery> {
        deliveries.iter().for_each(|delivery| self.progress.add(delivery));
        deliveries
    }
}

impl Before<'_> {
    /// Returns whether a result with this reason is no gap of the subscription.
    fn covers(&self, source: &str, reason: &str) -> bool {
        self.gaps.contains(source) || self.was_live && NO_GAP_IF_LIVE.contains(&reason)
    }
}

#[derive(Default)]
struct Resumed {
    deliveries: Vec<Delivery>,
    starts: Positions,
    advances: Positions,
}

fn changed(kind: fn(BTreeMap<String, Position>) -> Delivery, positions: Positions) -> Vec<Delivery> {
    if positions.is_empty() { Vec::new() } else { vec![kind(positions)] }
}

fn gap(source: &str, reason: &str) -> Delivery {
    Delivery::Gap(Gap { source: source.to_owned(), reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_subscription_recognizes_old_events_of_a_channel_that_is_no_longer_listed() {
        let filter = Filter::new(["orders/*"], [""; 0]);
        let mut state = SubscriptionState::new(SubscriptionConfig { filter, progress: None });
        let wide = ("tablecast/orders/*".to_owned(), Position::NONE);
        let channel = ("tablecast/orders/acme".to_owned(), "0000000000000001-10".parse().unwrap());
        let (none, gaps) = (BTreeMap::new(), &mut BTreeSet::new());
        let mut before = Before { was_live: false, gaps };
        state.catch_up(&[channel, wide.clone()].into(), &none, Vec::new(), &before, 1, None);
        let old = r#"{"specversion":"1.0","id":"old","source":"tablecast/orders/acme","type":"order.placed.v1",
            "subject":"orders/acme/1","position":"0000000000000001-9","data":{}}"#;
        let old = Arc::new(Event::parse(old).unwrap());
        before.was_live = true;
        let deliveries = state.catch_up(&[wide].into(), &none, vec![old], &before, 1, None);
        assert!(!deliveries.iter().any(|delivery| matches!(delivery, Delivery::Event(_))), "{deliveries:?}");
    }
}
