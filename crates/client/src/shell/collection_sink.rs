use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use super::collection_view::{CollectionChange, CollectionError, CollectionStatus, CollectionView};
use super::item::NotReady;
use super::readiness::{Decision, Readiness};
use crate::machine::{CollectionDelivery, Delivery, Refused};

/// Receives each error of a collection.
pub(super) type OnError = Box<dyn FnMut(CollectionError) + Send>;

/// The items of one collection, and the changes that the application has not requested yet.
pub(super) struct CollectionSink {
    state: Mutex<State>,
    on_error: Mutex<Option<OnError>>,
    pub changed: Notify,
    readiness: Readiness,
}

#[derive(Default)]
struct State {
    view: Arc<CollectionView>,
    change: Option<CollectionChange>,
    /// The last refusal.
    refused: Option<Refused>,
}

impl CollectionSink {
    pub fn new(on_error: Option<OnError>) -> Self {
        Self {
            state: Mutex::default(),
            on_error: Mutex::new(on_error),
            changed: Notify::new(),
            readiness: Readiness::new(),
        }
    }

    pub fn deliver(&self, delivery: Delivery) {
        match delivery {
            Delivery::Collection(change) => self.change(change),
            Delivery::Refused(refused) => {
                self.state().refused = Some(refused.clone());
                self.report(CollectionError::Refused(refused));
            }
            Delivery::Invalid(invalid) => self.report(CollectionError::Invalid(invalid)),
            // The machine delivers nothing else to a collection.
            _ => {}
        }
    }

    /// The items stay.
    pub fn close(&self) {
        self.readiness.decide(Err(NotReady::Closed));
        let mut state = self.state();
        if state.view.status != CollectionStatus::Closed {
            Arc::make_mut(&mut state.view).status = CollectionStatus::Closed;
            state.change.get_or_insert_default();
        }
        self.changed.notify_one();
    }

    pub fn is_closed(&self) -> bool {
        self.state().view.status == CollectionStatus::Closed
    }

    pub fn view(&self) -> Arc<CollectionView> {
        self.state().view.clone()
    }

    pub fn take_change(&self) -> Option<CollectionChange> {
        self.state().change.take()
    }

    pub fn readiness(&self) -> watch::Receiver<Decision> {
        self.readiness.subscribe()
    }

    fn change(&self, change: CollectionDelivery) {
        let mut state = self.state();
        if state.view.status == CollectionStatus::Closed {
            return;
        }
        let readiness = match (&change, &state.refused) {
            (CollectionDelivery::Snapshot { .. }, _) => Some(Ok(())),
            (CollectionDelivery::Refused, Some(refused)) => Some(Err(NotReady::Refused(refused.clone()))),
            _ => None,
        };
        let change = Arc::make_mut(&mut state.view).apply(change);
        state.change.get_or_insert_default().add(change);
        drop(state);
        readiness.into_iter().for_each(|readiness| self.readiness.decide(readiness));
        self.changed.notify_one();
    }

    fn report(&self, error: CollectionError) {
        match &mut *self.on_error.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(on_error) => on_error(error),
            None => tracing::warn!(%error, "a collection"),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
