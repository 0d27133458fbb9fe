use std::sync::Arc;
use std::time::Duration;

use tablecast_protocol::message::{Message, Refresh};

use super::context::Context;
use super::control_handler::Parts;
use super::effect::{ConnectionId, Effect, SubscriptionId};
use super::heartbeat::Heartbeat;
use super::reason::Reason;
use super::subscription_sync::Session;
use super::timing::{CONNECT_TIMEOUT, GREETING, NEVER, timeout};
use super::token_refresh::TokenRefresh;
use crate::wire::event::Event;
use crate::wire::frame;

/// One connection, from the attempt to open it. An error is the reason why the connection is not usable any more.
#[derive(Debug)]
pub(super) struct Connection {
    pub id: ConnectionId,
    pub is_open: bool,
    /// When all subscriptions were caught up for the first time.
    pub live_since: Duration,
    open_by: Duration,
    greet_at: Duration,
    parts: Parts,
}

impl Connection {
    pub fn open(id: ConnectionId, now: Duration, context: &mut Context) -> Self {
        context.effects.push(Effect::Open { connection: id });
        let session = Session::new(id);
        let token_refresh = TokenRefresh::new(id);
        let parts = Parts { session, heartbeat: Heartbeat::new(), token_refresh, move_at: NEVER };
        let open_by = now.saturating_add(CONNECT_TIMEOUT);
        Self { id, is_open: false, live_since: NEVER, open_by, greet_at: NEVER, parts }
    }

    /// `expires_in`: the remaining time of the token, if it ends.
    pub fn opened(&mut self, expires_in: Option<Duration>, now: Duration, context: &mut Context) {
        self.is_open = true;
        self.open_by = NEVER;
        self.greet_at = now.saturating_add(GREETING);
        self.parts.heartbeat.start(&context.timing, now);
        let (from, to) = context.timing.leave_after;
        self.parts.move_at = now.saturating_add(context.between(from, to));
        if let Some(remaining) = expires_in {
            self.parts.token_refresh.schedule(remaining, now, context);
        }
    }

    pub fn received(&mut self, text: &str, now: Duration, context: &mut Context) -> Result<(), Reason> {
        for event in frame::parse(text)? {
            match event.snapshot() {
                _ if event.is_control() => self.parts.control(&event, now, context)?,
                Some(request) => {
                    let request = self.parts.session.requests.get(Some(request));
                    if let Some(id) = request.and_then(|request| request.loading) {
                        item(id, &Arc::new(event), context);
                    }
                }
                None => self.parts.session.server.event(&Arc::new(event), context),
            }
        }
        Ok(())
    }

    pub fn token_received(&mut self, token: String, now: Duration, context: &mut Context) {
        let refresh = Message::Refresh(Refresh { token, id: None });
        self.parts.session.requests.send(refresh, Vec::new(), now, &mut context.effects);
    }

    pub fn token_failed(&mut self, now: Duration) {
        self.parts.token_refresh.retry(now);
    }

    pub fn ping_soon(&mut self, now: Duration) {
        if self.is_open {
            self.parts.heartbeat.ping_soon(&self.parts.session, now);
        }
    }

    pub fn move_at(&self) -> Duration {
        self.parts.move_at
    }

    pub fn set_move_at(&mut self, at: Duration) {
        self.parts.move_at = at;
    }

    /// When to request the state of a collection.
    pub fn load_at(&self, context: &Context) -> Duration {
        self.parts.session.load_at(context)
    }

    /// When to call `tick` at the latest. `move_at` counts for the current connection only.
    pub fn wake_at(&self) -> Duration {
        let Parts { session, heartbeat, token_refresh, .. } = &self.parts;
        let greet_at = if session.requests.has_sent() { NEVER } else { self.greet_at };
        let (deadline, pace) = (session.requests.deadline(), session.requests.pace.wake_at());
        let others = [heartbeat.wake_at(), token_refresh.wake_at(), deadline, pace];
        others.into_iter().fold(self.open_by.min(greet_at), Duration::min)
    }

    pub fn tick(&mut self, now: Duration, context: &mut Context) -> Result<(), Reason> {
        if now >= self.open_by {
            return Err(format!("the connection did not open within {} s", CONNECT_TIMEOUT.as_secs()).into());
        }
        if let Some(action) = self.parts.session.requests.timed_out(now) {
            let seconds = timeout(action).as_secs();
            return Err(format!("no reply to {} within {seconds} s", action.name()).into());
        }
        self.greet(now, context);
        self.parts.heartbeat.tick(&mut self.parts.session, now, context);
        self.parts.token_refresh.tick(now, context);
        Ok(())
    }

    /// Proceeds as the current connection: delivers events and subscribes. Releases buffered events first. So a
    /// subscription that has just started resumes together with those that overlap it.
    pub fn proceed(&mut self, now: Duration, context: &mut Context) {
        if !self.is_open {
            return;
        }
        self.parts.session.server.release(context);
        self.parts.session.sync_all(now, context);
        let Session { server, requests, .. } = &self.parts.session;
        if !server.is_pending() && requests.is_answered {
            self.live_since = self.live_since.min(now);
        }
    }

    /// Proceeds as the next connection: catches up without deliveries.
    pub fn prepare(&mut self, now: Duration, context: &mut Context) {
        if self.is_open {
            self.parts.session.sync_started(now, context);
        }
    }

    /// The server sends the reason of a refusal after the first message.
    fn greet(&mut self, now: Duration, context: &mut Context) {
        let Parts { session, heartbeat, .. } = &mut self.parts;
        if now >= self.greet_at && !session.requests.has_sent() {
            heartbeat.ping(session, now, context);
        }
    }

    /// Returns whether the connection can replace the current one.
    pub fn can_replace(&self, current: &Self, context: &Context) -> bool {
        let Session { server, requests, .. } = &self.parts.session;
        requests.is_answered && server.is_caught_up(context, &current.parts.session.server)
    }
}

/// Handles an event of the state that a collection requested.
fn item(id: SubscriptionId, event: &Arc<Event>, context: &mut Context) {
    context.load(id, |collection, validate, _| {
        collection.item(event, validate.and_then(|validate| validate(event).err()))
    });
}
