use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::{oneshot, watch};

use super::builder::ClientBuilder;
use super::clock::Clock;
use super::collection::Collect;
use super::controllers::Command;
use super::handshake::{is_address, without_secrets};
use super::reporter::Reporter;
use super::savers::Savers;
use super::subscribe::Subscribe;
use super::transport::Transport;
use crate::machine::{Machine, Reason, State};
use crate::wire::filter::Filter;

/// The address can never open.
#[derive(Debug, thiserror::Error)]
#[error("the url is {0:?}: write the address of the server, such as wss://...")]
pub struct InvalidUrl(String);

/// Connects, and reconnects until it is closed or dropped.
pub struct Client {
    commands: UnboundedSender<Command>,
    savers: Arc<Savers>,
    state: watch::Receiver<(State, Reason)>,
    subscriptions: AtomicU64,
}

impl ClientBuilder {
    /// Connects. Requires a tokio runtime.
    pub fn start(self) -> Result<Client, InvalidUrl> {
        let Self { endpoint, store, validate, on_state, timing } = self;
        if !is_address(&endpoint.url) {
            return Err(InvalidUrl(without_secrets(&endpoint.url)));
        }
        let machine = Machine::new(timing, fastrand::f64, validate);
        let (reporter, state) = Reporter::new(on_state);
        let savers = Arc::new(Savers::new(store));
        let (commands, receiver) = unbounded_channel();
        tokio::spawn(Transport::run(machine, Clock::start(), endpoint, reporter, savers.clone(), receiver));
        Ok(Client { commands, savers, state, subscriptions: AtomicU64::new(0) })
    }
}

impl Client {
    /// `url`: the address of the server, `wss://...`.
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
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
            newest_only: false,
        }
    }

    /// A live map of the items of subjects or patterns, from the state of this type, such as `order.v1`.
    pub fn collection<S: Into<String>>(
        &self,
        subjects: impl IntoIterator<Item = S>,
        event_type: impl Into<String>,
    ) -> Collect {
        Collect {
            number: self.subscriptions.fetch_add(1, Ordering::Relaxed),
            commands: self.commands.clone(),
            subjects: subjects.into_iter().map(Into::into).collect(),
            event_type: event_type.into(),
            on_error: None,
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
        self.savers.finish().await;
    }
}

/// Closes the client without waiting.
impl Drop for Client {
    fn drop(&mut self) {
        let (done, _) = oneshot::channel();
        let _ = self.commands.send(Command::Close(done));
    }
}
