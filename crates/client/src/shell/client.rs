use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::{oneshot, watch};

use super::clock::Clock;
use super::controllers::Command;
use super::handshake::{is_address, without_query};
use super::reporter::{OnState, Reporter};
use super::savers::Savers;
use super::socket::Endpoint;
use super::store::{BoxError, Store};
use super::subscribe::Subscribe;
use super::token::GetToken;
use super::transport::Transport;
use crate::machine::{Machine, Reason, State, Timing, Validate};
use crate::wire::event::Event;
use crate::wire::filter::Filter;

/// The address can never open.
#[derive(Debug, thiserror::Error)]
#[error("the url is {0:?}: write the address of the server, such as wss://...")]
pub struct InvalidUrl(String);

/// The options of a client.
pub struct ClientBuilder {
    endpoint: Endpoint,
    store: Option<Arc<dyn Store>>,
    validate: Option<Validate>,
    on_state: Option<OnState>,
    timing: Timing,
    speed: u32,
}

/// Connects, and reconnects until it is closed or dropped.
pub struct Client {
    commands: UnboundedSender<Command>,
    savers: Arc<Savers>,
    state: watch::Receiver<(State, Reason)>,
    subscriptions: AtomicU64,
}

impl ClientBuilder {
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

    /// Lets the times of the client pass so many times as fast. For tests.
    #[doc(hidden)]
    pub fn speed(mut self, speed: u32) -> Self {
        self.speed = speed.max(1);
        self
    }

    /// Connects. Requires a tokio runtime.
    pub fn start(self) -> Result<Client, InvalidUrl> {
        let Self { endpoint, store, validate, on_state, timing, speed } = self;
        if !is_address(&endpoint.url) {
            return Err(InvalidUrl(without_query(&endpoint.url).to_owned()));
        }
        let machine = Machine::new(timing, fastrand::f64, validate);
        let (reporter, state) = Reporter::new(on_state);
        let savers = Arc::new(Savers::new(store));
        let (commands, receiver) = unbounded_channel();
        tokio::spawn(Transport::run(
            machine,
            Clock::start(speed),
            endpoint,
            reporter,
            savers.clone(),
            receiver,
        ));
        Ok(Client { commands, savers, state, subscriptions: AtomicU64::new(0) })
    }
}

impl Client {
    /// `url`: the address of the server, `wss://...`.
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            endpoint: Endpoint { url: url.into(), token: None },
            store: None,
            validate: None,
            on_state: None,
            timing: Timing::default(),
            speed: 1,
        }
    }

    /// Subscribes to subjects (`orders/acme/1001`) or patterns (`orders/acme/*`). At most 100 for one client. Several
    /// subscriptions can have the same subject: each receives its events, and the server has one.
    pub fn subscribe<S: Into<String>>(&self, subjects: impl IntoIterator<Item = S>) -> Subscribe {
        Subscribe {
            number: self.subscriptions.fetch_add(1, Ordering::Relaxed),
            savers: self.savers.clone(),
            commands: self.commands.clone(),
            filter: Filter::new(subjects, [""; 0]),
            name: None,
            bookmark: None,
        }
    }

    /// The state, and why it is the state.
    pub fn state(&self) -> (State, Reason) {
        self.state.borrow().clone()
    }

    /// Checks the connection at once, as after a change of the network.
    pub fn check_connection(&self) {
        // After the end of the runtime, nothing is left to check.
        let _ = self.commands.send(Command::Wake);
    }

    /// Closes the connection and every subscription. Waits until all progress is saved.
    pub async fn close(self) {
        let (done, closed) = oneshot::channel();
        if self.commands.send(Command::Close(done)).is_ok() {
            // The transport ends before it replies only with the runtime.
            let _ = closed.await;
        }
        self.savers.finished().await;
    }
}

/// Closes the client without waiting.
impl Drop for Client {
    fn drop(&mut self) {
        let (done, _) = oneshot::channel();
        let _ = self.commands.send(Command::Close(done));
    }
}
