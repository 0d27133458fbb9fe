use std::collections::BTreeSet;
use std::sync::Arc;

use super::context::{Context, Member};
use super::effect::{ConnectionId, SubscriptionId};
use super::subscription_state::SubscriptionState;
use crate::wire::control::{Positions, ResumeResults};
use crate::wire::event::Event;

/// A subscribe message whose subscriptions are not caught up, with the events that arrived for them.
///
/// Subscriptions that can receive the same events share one message. Otherwise the client could not distinguish an
/// event that is replayed for one subscription from an event that is new for another.
#[derive(Debug)]
pub(super) struct PendingSubscribe {
    subscriptions: Vec<Buffered>,
    replay: Replay,
    /// The subscriptions that have missed nothing, as far as the client knows.
    live: BTreeSet<SubscriptionId>,
    positions: Option<Positions>,
}

/// A subscription, and the events that arrived for it.
#[derive(Debug)]
struct Buffered {
    member: Member,
    events: Vec<Arc<Event>>,
}

#[derive(Debug)]
struct Replay {
    /// True for the first subscribe of a connection that matches these events. Then events up to the end of the
    /// replay arrive in order.
    is_first: bool,
    results: ResumeResults,
}

impl PendingSubscribe {
    pub fn new(subscriptions: Vec<Member>, is_first: bool, live: BTreeSet<SubscriptionId>) -> Self {
        let subscriptions = subscriptions.into_iter().map(|member| Buffered { member, events: Vec::new() });
        let replay = Replay { is_first, results: ResumeResults::new() };
        Self { subscriptions: subscriptions.collect(), replay, live, positions: None }
    }

    pub fn ids(&self) -> impl Iterator<Item = SubscriptionId> {
        self.subscriptions.iter().map(|buffered| buffered.member.id)
    }

    pub fn retain(&mut self, predicate: impl Fn(&Member) -> bool) {
        self.subscriptions.retain(|buffered| predicate(&buffered.member));
    }

    pub fn retain_events(&mut self, id: SubscriptionId, predicate: impl Fn(&Event) -> bool) {
        let buffered = self.subscriptions.iter_mut().filter(|buffered| buffered.member.id == id);
        buffered.for_each(|buffered| buffered.events.retain(|event| predicate(event)));
    }

    /// Returns whether the message has the subscription, and so buffers the event.
    pub fn buffer(&mut self, id: SubscriptionId, event: &Arc<Event>) -> bool {
        let buffered = self.subscriptions.iter_mut().find(|buffered| buffered.member.id == id);
        buffered.map(|buffered| buffered.events.push(event.clone())).is_some()
    }

    /// Handles `tablecast.resumed.v1`.
    pub fn resumed(&mut self, results: ResumeResults) {
        self.replay.results = results;
    }

    /// Handles `tablecast.subscribed.v1`: the replay is complete.
    pub fn acknowledged(&mut self, positions: Positions) {
        self.positions = Some(positions);
    }

    pub fn is_acknowledged(&self) -> bool {
        self.positions.is_some()
    }

    /// Delivers the events that no missing event can precede.
    pub fn release(&mut self, connection: ConnectionId, context: &mut Context) {
        let Self { subscriptions, replay, live, positions } = self;
        for Buffered { member: Member { id, .. }, events } in subscriptions {
            context.deliver(*id, |subscription, validate| match positions {
                Some(positions) => {
                    let (events, was_live) = (std::mem::take(events), live.contains(id));
                    subscription.catch_up(positions, &replay.results, events, was_live, connection, validate)
                }
                None => {
                    let released = events.extract_if(.., |event| replay.is_in_order(event, subscription));
                    let released: Vec<_> = released.collect();
                    let receive = |event| subscription.receive(event, connection, validate);
                    released.iter().flat_map(receive).collect()
                }
            });
        }
    }
}

impl Replay {
    /// Returns whether the event belongs to the replay of this subscription, and arrived in order.
    fn is_in_order(&self, event: &Event, subscription: &SubscriptionState) -> bool {
        let end = self.results.get(event.source()).and_then(|result| result.position);
        let (true, Some(end), Some(position)) = (self.is_first, end, event.position()) else { return false };
        let is_replayed = end.epoch == position.epoch && position.offset <= end.offset;
        is_replayed && subscription.progress.has_source(event.source())
    }
}
