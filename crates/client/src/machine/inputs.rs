use std::collections::BTreeMap;
use std::time::Duration;

use super::connection::Connection;
use super::connections::Connections;
use super::context::Context;
use super::effect::{ConnectionId, Effect, State, SubscriptionId};
use super::reason::Reason;
use super::subscription_state::SubscriptionState;
use super::timing::{NEVER, Timing};
use super::validate::Validate;

/// The state machine of a client. Each input has a time and returns the effects to run.
#[derive(Debug)]
pub struct Machine {
    context: Context,
    connections: Connections,
    is_closed: bool,
    state: State,
    subscriptions: u64,
}

impl Machine {
    /// `random` returns numbers between 0 and 1.
    pub fn new(
        timing: Timing,
        random: impl FnMut() -> f64 + Send + 'static,
        validate: Option<Validate>,
    ) -> Self {
        let subscriptions = BTreeMap::new();
        let context =
            Context { timing, random: Box::new(random), validate, subscriptions, effects: Vec::new() };
        let connections = Connections::new();
        Self { context, connections, is_closed: false, state: State::Waiting, subscriptions: 0 }
    }

    pub fn state(&self) -> State {
        self.state
    }

    /// When to call `tick` at the latest.
    pub fn wake_at(&self) -> Duration {
        self.connections.wake_at(&self.context)
    }

    pub fn start(&mut self, now: Duration) -> Vec<Effect> {
        self.connections.start(now);
        self.tick(now)
    }

    pub fn close(&mut self, now: Duration) -> Vec<Effect> {
        let reason = Reason::from("closed by the application");
        self.is_closed = true;
        self.connections.close_all(&reason, &mut self.context);
        self.finish(reason, now)
    }

    pub fn subscribe(
        &mut self,
        subscription: SubscriptionState,
        now: Duration,
    ) -> (SubscriptionId, Vec<Effect>) {
        self.subscriptions += 1;
        let id = SubscriptionId(self.subscriptions);
        self.context.subscriptions.insert(id, subscription);
        (id, self.finish(Reason::from("subscription added"), now))
    }

    /// Returns the subscription, which can continue later as another one.
    pub fn unsubscribe(
        &mut self,
        id: SubscriptionId,
        now: Duration,
    ) -> (Option<SubscriptionState>, Vec<Effect>) {
        let subscription = self.context.subscriptions.remove(&id);
        (subscription, self.finish(Reason::from("subscription closed"), now))
    }

    /// `expires_in`: the remaining time of the token, if it ends.
    pub fn opened(&mut self, id: ConnectionId, expires_in: Option<Duration>, now: Duration) -> Vec<Effect> {
        self.change(id, "connected", now, |connection, context| {
            connection.opened(expires_in, now, context);
            Ok(())
        })
    }

    pub fn received(&mut self, id: ConnectionId, frame: &str, now: Duration) -> Vec<Effect> {
        self.change(id, "caught up", now, |connection, context| connection.received(frame, now, context))
    }

    /// The connection ended or could not be opened.
    pub fn disconnected(&mut self, id: ConnectionId, reason: Reason, now: Duration) -> Vec<Effect> {
        self.change(id, reason.clone(), now, |_, _| Err(reason))
    }

    pub fn token_received(&mut self, id: ConnectionId, token: String, now: Duration) -> Vec<Effect> {
        self.change(id, "token received", now, |connection, context| {
            connection.token_received(token, now, context);
            Ok(())
        })
    }

    pub fn token_failed(&mut self, id: ConnectionId, now: Duration) -> Vec<Effect> {
        self.change(id, "no token", now, |connection, _| {
            connection.token_failed(now);
            Ok(())
        })
    }

    /// The network or the machine may have been away: reconnects at once, or pings the current connection.
    pub fn woke(&mut self, now: Duration) -> Vec<Effect> {
        self.connections.retry_now(now);
        self.tick(now)
    }

    pub fn tick(&mut self, now: Duration) -> Vec<Effect> {
        let reason = self.connections.tick(now, &mut self.context);
        self.finish(reason.unwrap_or_else(|| Reason::from("scheduled")), now)
    }

    fn change(
        &mut self,
        id: ConnectionId,
        reason: impl Into<Reason>,
        now: Duration,
        action: impl FnOnce(&mut Connection, &mut Context) -> Result<(), Reason>,
    ) -> Vec<Effect> {
        let ended = self.connections.attempt(id, now, &mut self.context, action);
        self.finish(ended.unwrap_or_else(|| reason.into()), now)
    }

    /// Runs after every input. Returns its effects.
    fn finish(&mut self, reason: Reason, now: Duration) -> Vec<Effect> {
        let Self { connections, context, .. } = self;
        connections.current.iter_mut().for_each(|current| current.proceed(now, context));
        connections.next.iter_mut().for_each(|next| next.prepare(now, context));
        if connections.can_move(context) {
            connections.promote(Reason::from("replaced by a new connection"), now, context);
            if let Some(current) = &mut connections.current {
                // A refused subscription, which it requests now, does not change the state.
                current.live_since = now;
                current.proceed(now, context);
            }
        }
        self.report_state(reason);
        std::mem::take(&mut self.context.effects)
    }

    fn report_state(&mut self, reason: Reason) {
        let state = self.current_state();
        if state != self.state {
            self.state = state;
            self.context.effects.push(Effect::State { state, reason });
        }
    }

    fn current_state(&self) -> State {
        match &self.connections.current {
            _ if self.is_closed => State::Closed,
            None => State::Waiting,
            Some(current) if !current.is_open => State::Connecting,
            Some(current) if current.live_since == NEVER => State::Subscribing,
            Some(_) if self.connections.next.is_some() => State::Moving,
            Some(_) => State::Live,
        }
    }
}
