use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::collection_sink::CollectionSink;
use super::queue::Queue;
use crate::machine::{SubscriptionId, SubscriptionState};

/// A request of the application.
pub(super) enum Command {
    Subscribe {
        number: u64,
        queue: Arc<Queue>,
        state: Box<SubscriptionState>,
    },
    Collect {
        number: u64,
        sink: Arc<CollectionSink>,
        state: Box<SubscriptionState>,
    },
    /// The queue of a paused subscription is empty.
    Drained(u64),
    Unsubscribe(u64),
    Wake,
    /// Close everything, then reply.
    Close(oneshot::Sender<()>),
}

/// The subscriptions of the application, with the queues that receive their deliveries.
#[derive(Default)]
pub(super) struct Controllers {
    by_number: HashMap<u64, Controller>,
    numbers: HashMap<SubscriptionId, u64>,
}

struct Controller {
    queue: Arc<Queue>,
    state: ControllerState,
}

enum ControllerState {
    Active(SubscriptionId),
    /// The queue is full. The subscription continues later.
    Paused(Box<SubscriptionState>),
    Gone,
}

impl Controllers {
    pub fn add(&mut self, number: u64, queue: Arc<Queue>, id: SubscriptionId) {
        self.numbers.insert(id, number);
        self.by_number.insert(number, Controller { queue, state: ControllerState::Active(id) });
    }

    /// The queue of an active subscription.
    pub fn queue(&self, id: SubscriptionId) -> Option<&Arc<Queue>> {
        self.by_number.get(self.numbers.get(&id)?).map(|controller| &controller.queue)
    }

    pub fn pause(&mut self, id: SubscriptionId, state: SubscriptionState) {
        let number = self.numbers.remove(&id);
        let Some(controller) = number.and_then(|number| self.by_number.get_mut(&number)) else { return };
        controller.state = ControllerState::Paused(Box::new(state));
        controller.queue.pause();
    }

    /// Returns the state of a paused subscription, to continue with.
    pub fn resume(&mut self, number: u64) -> Option<(Arc<Queue>, Box<SubscriptionState>)> {
        let controller = self.by_number.get_mut(&number)?;
        match std::mem::replace(&mut controller.state, ControllerState::Gone) {
            ControllerState::Paused(state) => Some((controller.queue.clone(), state)),
            other => {
                controller.state = other;
                None
            }
        }
    }

    /// Returns the subscription to end, if it is active.
    pub fn remove(&mut self, number: u64) -> Option<SubscriptionId> {
        match self.by_number.remove(&number)?.state {
            ControllerState::Active(id) => {
                self.numbers.remove(&id);
                Some(id)
            }
            ControllerState::Paused(_) | ControllerState::Gone => None,
        }
    }

    pub fn queues(&self) -> impl Iterator<Item = &Arc<Queue>> {
        self.by_number.values().map(|controller| &controller.queue)
    }
}
