use std::future::Future;
use std::sync::Arc;

use super::reporter::OnState;
use super::socket::Endpoint;
use super::store::{BoxError, Store};
use super::token::GetToken;
use crate::machine::{Reason, State, Timing, Validate};
use crate::wire::event::Event;

/// The options of a client.
pub struct ClientBuilder {
    pub(super) endpoint: Endpoint,
    pub(super) store: Option<Arc<dyn Store>>,
    pub(super) validate: Option<Validate>,
    pub(super) on_state: Option<OnState>,
    pub(super) timing: Timing,
}

impl ClientBuilder {
    pub(super) fn new(url: String) -> Self {
        Self {
            endpoint: Endpoint { url, token: None },
            store: None,
            validate: None,
            on_state: None,
            timing: Timing::default(),
        }
    }

    /// Returns the token of a new connection. Called again before the token expires.
    pub fn token<F, R>(mut self, get_token: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<String, BoxError>> + Send + 'static,
    {
        let get_token: GetToken = Arc::new(move || Box::pin(get_token()));
        self.endpoint.token = Some(get_token);
        self
    }

    /// Keeps the progress of subscriptions. Without a store, a new process starts with new events.
    pub fn store(mut self, store: impl Store) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Returns why an event does not match its schema. Control events are checked too.
    pub fn validate(
        mut self,
        validate: impl Fn(&Event) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.validate = Some(Arc::new(validate));
        self
    }

    /// Called after every change of the state, with its reason. It must not block. Default: a warning in the log if
    /// there is no connection.
    pub fn on_state(mut self, on_state: impl FnMut(State, &Reason) + Send + 'static) -> Self {
        self.on_state = Some(Box::new(on_state));
        self
    }

    pub fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }
}
