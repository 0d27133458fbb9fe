use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::context::{Context, Member};
use super::effect::{ConnectionId, SubscriptionId};
use super::pending_subscribe::PendingSubscribe;
use super::requests::RequestId;
use super::subscription_state::SubscriptionState;
use crate::wire::filter::Filter;

/// The subscriptions that one connection has at the server.
#[derive(Debug)]
pub(super) struct ServerSubscriptions {
    pub connection: ConnectionId,
    /// Sent in a subscribe.
    pub requested: BTreeMap<SubscriptionId, Arc<Filter>>,
    /// Caught up: the server sends every event.
    pub live: BTreeSet<SubscriptionId>,
    pub pending: BTreeMap<RequestId, PendingSubscribe>,
    /// The subjects of each subscription that the server refused on this connection. Events of them can arrive for
    /// another subscription.
    pub refused: BTreeMap<SubscriptionId, BTreeSet<String>>,
    /// The subjects that were ever requested: their events may still arrive.
    ever_requested: Filter,
}

impl ServerSubscriptions {
    pub fn new(connection: ConnectionId) -> Self {
        Self {
            connection,
            requested: BTreeMap::new(),
            live: BTreeSet::new(),
            pending: BTreeMap::new(),
            refused: BTreeMap::new(),
            ever_requested: Filter::new([""; 0], [""; 0]),
        }
    }

    /// Records a subscribe message.
    pub fn add(&mut self, request: RequestId, subscriptions: Vec<Member>) {
        let is_first = !subscriptions.iter().any(|one| self.ever_requested.overlaps(&one.filter));
        for Member { id, filter } in &subscriptions {
            self.requested.insert(*id, filter.clone());
            self.ever_requested.add_subjects(filter);
            self.refused.remove(id);
        }
        self.pending.insert(request, PendingSubscribe::new(subscriptions, is_first, self.live.clone()));
    }

    /// Records an unsubscribe message.
    pub fn delete(&mut self, id: SubscriptionId) {
        self.requested.remove(&id);
        self.live.remove(&id);
        self.refused.remove(&id);
    }

    pub fn has_subject(&self, subject: &str) -> bool {
        self.requested.values().any(|filter| filter.has_subject(subject))
    }

    pub fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Returns whether the server has the subscription, and no subscribe message waits.
    pub fn is_current(&self, id: SubscriptionId) -> bool {
        let mut pending = self.pending.values().flat_map(PendingSubscribe::ids);
        self.requested.contains_key(&id) && pending.all(|other| other != id)
    }

    /// Returns whether every subscription of the application is acknowledged. One that the server refused on `current`
    /// does not count.
    pub fn is_caught_up(&self, context: &Context, current: &Self) -> bool {
        let is_refused =
            |id: SubscriptionId, state: &SubscriptionState| !state.has_started && current.is_current(id);
        let mut subscriptions = context.subscriptions.iter();
        subscriptions.all(|(id, state)| self.requested.contains_key(id) || is_refused(*id, state))
            && self.pending.values().all(PendingSubscribe::is_acknowledged)
    }

    pub fn members(&self) -> Vec<Member> {
        self.requested.iter().map(|(id, filter)| Member { id: *id, filter: filter.clone() }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_subscriptions_leave_only_their_subjects() {
        let mut server = ServerSubscriptions::new(1);
        for number in 1..=100 {
            let filter = Arc::new(Filter::new(["orders/*", "no subject/"], [""; 0]));
            let id = SubscriptionId(number);
            server.add(number, vec![Member { id, filter }]);
            server.refused.entry(id).or_default().insert("orders/*".to_owned());
            server.pending.clear();
            server.delete(id);
        }
        assert_eq!(server.ever_requested.subjects, ["orders/*", "no subject/"]);
        assert!(server.refused.is_empty() && server.requested.is_empty());
    }
}
