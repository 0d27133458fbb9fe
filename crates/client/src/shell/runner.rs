use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use tokio::sync::mpsc::{Sender, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::collections::Collections;
use super::controllers::Controllers;
use super::reporter::Reporter;
use super::socket::{self, Endpoint, Happened, Input, Outgoing};
use super::token;
use crate::machine::{ConnectionId, Delivery, Effect, SubscriptionId};

/// Runs the effects of the machine with sockets and tokens.
pub(super) struct Runner {
    endpoint: Arc<Endpoint>,
    reporter: Reporter,
    pub controllers: Controllers,
    pub collections: Collections,
    sockets: HashMap<ConnectionId, Socket>,
    tasks: JoinSet<()>,
    happened: Sender<Input>,
}

/// The task of one connection. Dropping it closes the connection.
struct Socket {
    messages: UnboundedSender<String>,
    _open: oneshot::Sender<()>,
    /// The requests for a new token. They end with the connection.
    tokens: JoinSet<()>,
}

impl Runner {
    pub fn new(endpoint: Endpoint, reporter: Reporter, happened: Sender<Input>) -> Self {
        Self {
            endpoint: Arc::new(endpoint),
            reporter,
            controllers: Controllers::default(),
            collections: Collections::default(),
            sockets: HashMap::new(),
            tasks: JoinSet::new(),
            happened,
        }
    }

    /// Returns the subscriptions whose queues are full.
    pub fn run(&mut self, effects: Vec<Effect>) -> BTreeSet<SubscriptionId> {
        effects.into_iter().filter_map(|effect| self.perform(effect)).collect()
    }

    fn perform(&mut self, effect: Effect) -> Option<SubscriptionId> {
        match effect {
            Effect::Open { connection } => self.open(connection),
            Effect::Send { connection, message } => {
                // Messages consist of texts, so serialization cannot fail.
                let text = serde_json::to_string(&message).unwrap_or_default();
                // A task that has ended reports why.
                self.sockets.get(&connection).map(|socket| socket.messages.send(text));
            }
            Effect::Close { connection, reason } => {
                tracing::debug!(connection, %reason, "the connection closes");
                self.sockets.remove(&connection);
            }
            Effect::Token { connection } => self.get_token(connection),
            Effect::Deliver { subscription, delivery } => return self.deliver(subscription, delivery),
            Effect::Confirm { subscription } => {
                self.controllers.queue(subscription).iter().for_each(|queue| queue.confirm());
            }
            Effect::State { state, reason } => self.reporter.changed(state, reason),
        }
        None
    }

    /// Returns the subscription if its queue is full.
    fn deliver(&self, subscription: SubscriptionId, delivery: Delivery) -> Option<SubscriptionId> {
        if let Some(sink) = self.collections.get(subscription) {
            sink.deliver(delivery);
            return None;
        }
        let is_full = self.controllers.queue(subscription)?.deliver(delivery);
        is_full.then_some(subscription)
    }

    fn open(&mut self, connection: ConnectionId) {
        let (messages, receiver) = unbounded_channel();
        let (sender, open) = oneshot::channel();
        self.sockets.insert(connection, Socket { messages, _open: sender, tokens: JoinSet::new() });
        let (endpoint, happened) = (self.endpoint.clone(), self.happened.clone());
        let outgoing = Outgoing { messages: receiver, open };
        self.tasks.spawn(socket::run(connection, endpoint, happened, outgoing));
    }

    fn get_token(&mut self, connection: ConnectionId) {
        let Some(get_token) = self.endpoint.token.clone() else { return };
        let Some(socket) = self.sockets.get_mut(&connection) else { return };
        let happened = self.happened.clone();
        socket.tokens.spawn(async move {
            let token = token::request(&get_token).await;
            let token = token.inspect_err(|error| tracing::warn!(%error, "no new token")).ok();
            // Nobody receives it after the client is closed.
            let _ = happened.send(Input { connection, event: Happened::Token(token) }).await;
        });
    }

    /// Forgets tasks that have ended.
    pub fn forget_ended(&mut self) {
        while self.tasks.try_join_next().is_some() {}
        for socket in self.sockets.values_mut() {
            while socket.tokens.try_join_next().is_some() {}
        }
    }

    /// Waits until every connection is closed.
    pub async fn closed(&mut self) {
        self.sockets.clear();
        while self.tasks.join_next().await.is_some() {}
    }
}
