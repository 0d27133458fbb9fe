use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::context::{Context, Member};
use super::delivery::Delivery;
use super::effect::{ConnectionId, SubscriptionId};
use super::subscription_state::{Before, SubscriptionState};
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

/// The sources of the gaps of each subscription.
pub(super) type Gaps = BTreeMap<SubscriptionId, BTreeSet<String>>;

/// A subscription, and the events that arrived for it.
#[derive(Debug)]
struct Buffered {
    member: Member,
    /// Those that wait for the end of the replay.
    held: Vec<Arc<Event>>,
    /// Those that arrived since the last release.
    new: Vec<Arc<Event>>,
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
        let buffered = |member| Buffered { member, held: Vec::new(), new: Vec::new() };
        let subscriptions = subscriptions.into_iter().map(buffered).collect();
        let replay = Replay { is_first, results: ResumeResults::new() };
        Self { subscriptions, replay, live, positions: None }
    }

    pub fn ids(&self) -> impl Iterator<Item = SubscriptionId> {
        self.subscriptions.iter().map(|buffered| buffered.member.id)
    }

    pub fn retain(&mut self, predicate: impl Fn(&Member) -> bool) {
        self.subscriptions.retain(|buffered| predicate(&buffered.member));
    }

    pub fn retain_events(&mut self, id: SubscriptionId, predicate: impl Fn(&Event) -> bool) {
        let buffered = self.subscriptions.iter_mut().filter(|buffered| buffered.member.id == id);
        for Buffered { held, new, .. } in buffered {
            held.retain(|event| predicate(event));
            new.retain(|event| predicate(event));
        }
    }

    /// Returns whether the message has the subscription, and so buffers the event.
    pub fn buffer(&mut self, id: SubscriptionId, event: &Arc<Event>) -> bool {
        let buffered = self.subscriptions.iter_mut().find(|buffered| buffered.member.id == id);
        buffered.map(|buffered| buffered.new.push(event.clone())).is_some()
    }

    /// Handles `tablecast.resumed.v1`.
    pub fn resumed(&mut self, results: ResumeResults) {
        self.replay.results = results;
        for Buffered { held, new, .. } in &mut self.subscriptions {
            held.append(new);
            std::mem::swap(held, new);
        }
    }

    /// Handles `tablecast.subscribed.v1`: the replay is complete.
    pub fn acknowledged(&mut self, positions: Positions) {
        self.positions = Some(positions);
    }

    pub fn is_acknowledged(&self) -> bool {
        self.positions.is_some()
    }

    /// Delivers the events that no missing event can precede. `gaps` has what earlier messages have just reported.
    pub fn release(&mut self, gaps: &mut Gaps, connection: ConnectionId, context: &mut Context) {
        let Self { subscriptions, replay, live, positions } = self;
        for Buffered { member: Member { id, .. }, held, new } in subscriptions {
            let before = Before { was_live: live.contains(id), gaps: gaps.entry(*id).or_default() };
            context.deliver(*id, |subscription, validate| match positions {
                Some(positions) => {
                    held.append(new);
                    let events = std::mem::take(held);
                    let results = &replay.results;
                    let deliveries =
                        subscription.catch_up(positions, results, events, &before, connection, validate);
                    before.gaps.extend(deliveries.iter().filter_map(Delivery::gap).map(str::to_owned));
                    deliveries
                }
                None => {
                    // Each event once: a replay can have many.
                    let arrived = std::mem::take(new).into_iter();
                    let (released, others): (Vec<_>, Vec<_>) =
                        arrived.partition(|event| replay.is_in_order(event, subscription));
                    held.extend(others);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{SubscriptionConfig, Timing};
    use crate::wire::filter::Filter;

    fn event(offset: u64) -> Arc<Event> {
        let event = serde_json::json!({"specversion": "1.0", "id": offset.to_string(), "source": "tablecast/orders",
            "type": "order.placed.v1", "subject": "orders/1", "position": format!("0000000000000001-{offset}")});
        Arc::new(Event::parse(&event.to_string()).unwrap())
    }

    #[test]
    fn an_event_is_classified_once_when_it_arrives_and_once_after_the_start_of_a_replay() {
        let filter = Filter::new(["orders/*"], [""; 0]);
        let progress = Some(r#"{"tablecast/orders":["0000000000000001-1"]}"#.to_owned());
        let state = SubscriptionState::new(SubscriptionConfig { filter: filter.clone(), progress });
        let (id, timing, random) = (SubscriptionId(1), Timing::default(), Box::new(|| 0.5));
        let (subscriptions, effects) = ([(id, state)].into(), Vec::new());
        let mut context = Context { timing, random, validate: None, subscriptions, effects };
        let member = Member { id, filter: Arc::new(filter) };
        let mut pending = PendingSubscribe::new(vec![member], true, BTreeSet::new());
        let counts = |pending: &PendingSubscribe| {
            pending.subscriptions.iter().map(|one| (one.new.len(), one.held.len())).collect::<Vec<_>>()
        };
        for offset in [2, 3] {
            pending.buffer(id, &event(offset));
            pending.release(&mut Gaps::new(), 1, &mut context);
        }
        assert_eq!(counts(&pending), [(0, 2)]);
        pending.resumed(ResumeResults::new());
        assert_eq!(counts(&pending), [(2, 0)]);
    }
}
