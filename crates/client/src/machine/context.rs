use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::collection::CollectionState;
use super::delivery::Delivery;
use super::effect::{Effect, SubscriptionId};
use super::subscription_state::SubscriptionState;
use super::timing::Timing;
use super::validate::Validate;
use crate::wire::filter::Filter;

/// A subscription, on one connection. The application may have closed it meanwhile.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub id: SubscriptionId,
    pub filter: Arc<Filter>,
}

/// Everything that the connections of one machine share.
pub(super) struct Context {
    pub timing: Timing,
    /// Returns numbers between 0 and 1.
    pub random: Box<dyn FnMut() -> f64 + Send>,
    pub validate: Option<Validate>,
    /// The subscriptions of the application.
    pub subscriptions: BTreeMap<SubscriptionId, SubscriptionState>,
    pub effects: Vec<Effect>,
}

impl Context {
    /// Returns a random time between two others.
    pub fn between(&mut self, from: Duration, to: Duration) -> Duration {
        from + to.saturating_sub(from).mul_f64((self.random)())
    }

    /// Runs an action on a subscription of the application, and delivers the result.
    pub fn deliver(
        &mut self,
        id: SubscriptionId,
        action: impl FnOnce(&mut SubscriptionState, Option<&Validate>) -> Vec<Delivery>,
    ) {
        let Some(subscription) = self.subscriptions.get_mut(&id) else { return };
        let deliveries = action(subscription, self.validate.as_ref());
        let deliveries = subscription.shown(deliveries);
        self.push(id, deliveries);
    }

    /// Runs an action on a collection of the application with a number between 0 and 1, and delivers the result.
    pub fn load(
        &mut self,
        id: SubscriptionId,
        action: impl FnOnce(&mut CollectionState, Option<&Validate>, f64) -> Vec<Delivery>,
    ) {
        let subscription = self.subscriptions.get_mut(&id);
        let Some(collection) = subscription.and_then(|one| one.collection.as_mut()) else { return };
        let deliveries = action(collection, self.validate.as_ref(), (self.random)());
        self.push(id, deliveries);
    }

    fn push(&mut self, subscription: SubscriptionId, deliveries: Vec<Delivery>) {
        let effect = |delivery| Effect::Deliver { subscription, delivery };
        self.effects.extend(deliveries.into_iter().map(effect));
    }

    pub fn has_started(&self, member: &Member) -> bool {
        self.subscriptions.get(&member.id).is_some_and(|state| state.has_started)
    }

    /// The subscriptions of the application, or only those that have started.
    pub fn members(&self, only_started: bool) -> Vec<Member> {
        let wanted = self.subscriptions.iter().filter(|(_, state)| state.has_started || !only_started);
        wanted.map(|(id, state)| Member { id: *id, filter: state.filter.clone() }).collect()
    }
}

impl Member {
    pub fn overlaps(&self, other: &Self) -> bool {
        self.filter.overlaps(&other.filter)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Context").field("subscriptions", &self.subscriptions).finish_non_exhaustive()
    }
}
