use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tablecast_protocol::message::{Action, Message, Ping, Refresh, State, Subscribe, Unsubscribe};

use super::context::Member;
use super::effect::{ConnectionId, Effect, SubscriptionId};
use super::pace::Pace;
use super::timing::{NEVER, timeout};

/// The number of a message on its connection.
pub(super) type RequestId = u64;

/// A message that waits for its reply.
#[derive(Debug)]
pub(super) struct Request {
    pub id: RequestId,
    pub action: Action,
    /// The subscriptions that the message concerns.
    pub subscriptions: Vec<Member>,
    /// Those that were live when a ping was sent.
    pub live: BTreeSet<SubscriptionId>,
    /// The collection whose state is requested. It can subscribe and unsubscribe meanwhile.
    pub loading: Option<SubscriptionId>,
    /// When the reply is too late.
    deadline: Duration,
}

/// The messages of one connection that wait for a reply.
#[derive(Debug)]
pub(super) struct Requests {
    connection: ConnectionId,
    waiting: BTreeMap<RequestId, Request>,
    count: RequestId,
    pub pace: Pace,
    /// The server replied to a message. It may refuse a connection until then.
    pub is_answered: bool,
}

impl Requests {
    pub fn new(connection: ConnectionId) -> Self {
        Self { connection, waiting: BTreeMap::new(), count: 0, pace: Pace::default(), is_answered: false }
    }

    /// Sends a message that concerns these subscriptions.
    pub fn send(
        &mut self,
        message: Message,
        subscriptions: Vec<Member>,
        now: Duration,
        effects: &mut Vec<Effect>,
    ) -> &mut Request {
        self.count += 1;
        self.pace.sent(now);
        let (id, action) = (self.count, action(&message));
        let message = with_id(message, id.to_string());
        effects.push(Effect::Send { connection: self.connection, message });
        let deadline = now.saturating_add(timeout(action));
        let request = Request { id, action, subscriptions, live: BTreeSet::new(), loading: None, deadline };
        self.waiting.entry(id).or_insert(request)
    }

    pub fn get(&self, id: Option<&str>) -> Option<&Request> {
        self.waiting.get(&id?.parse().ok()?)
    }

    /// Returns the request that this reply completes: the reply must be one to its action.
    pub fn complete(&mut self, id: Option<&str>, completes: impl Fn(Action) -> bool) -> Option<Request> {
        let id = self.get(id).filter(|request| completes(request.action))?.id;
        self.is_answered = true;
        self.waiting.remove(&id)
    }

    /// Returns whether the next subscribe or unsubscribe must wait: for the pace, or for the reply to another one. The
    /// server handles messages concurrently, and each one changes the same connection.
    pub fn must_wait(&mut self, now: Duration) -> bool {
        let must_wait = self.pace.must_wait(now);
        let mut waiting = self.waiting.values();
        must_wait || waiting.any(|request| matches!(request.action, Action::Subscribe | Action::Unsubscribe))
    }

    pub fn is_loading(&self, id: SubscriptionId) -> bool {
        self.waiting.values().any(|request| request.loading == Some(id))
    }

    pub fn has_sent(&self) -> bool {
        self.count > 0
    }

    pub fn is_waiting_for_pong(&self) -> bool {
        self.waiting.values().any(|request| request.action == Action::Ping)
    }

    pub fn timed_out(&self, now: Duration) -> Option<Action> {
        self.waiting.values().find(|request| now >= request.deadline).map(|request| request.action)
    }

    pub fn deadline(&self) -> Duration {
        self.waiting.values().map(|request| request.deadline).min().unwrap_or(NEVER)
    }
}

fn action(message: &Message) -> Action {
    match message {
        Message::Subscribe(_) => Action::Subscribe,
        Message::Unsubscribe(_) => Action::Unsubscribe,
        Message::Ping(_) => Action::Ping,
        Message::Refresh(_) => Action::Refresh,
        Message::State(_) => Action::State,
    }
}

fn with_id(message: Message, id: String) -> Message {
    match message {
        Message::Subscribe(message) => Message::Subscribe(Subscribe { id: Some(id), ..message }),
        Message::Unsubscribe(message) => Message::Unsubscribe(Unsubscribe { id: Some(id), ..message }),
        Message::Ping(_) => Message::Ping(Ping { id: Some(id) }),
        Message::Refresh(message) => Message::Refresh(Refresh { id: Some(id), ..message }),
        Message::State(message) => Message::State(State { id, ..message }),
    }
}
