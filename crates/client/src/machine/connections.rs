use std::time::Duration;

use super::backoff::Backoff;
use super::connection::Connection;
use super::context::Context;
use super::effect::{ConnectionId, Effect};
use super::reason::Reason;
use super::timing::{MIN_UPTIME, NEVER};

/// The current connection and, while the client moves, the next one. Reconnects with backoff.
#[derive(Debug)]
pub(super) struct Connections {
    /// Delivers events.
    pub current: Option<Connection>,
    /// Replaces the current one as soon as it has caught up.
    pub next: Option<Connection>,
    backoff: Backoff,
    open_at: Duration,
    count: ConnectionId,
}

impl Connections {
    pub fn new() -> Self {
        Self { current: None, next: None, backoff: Backoff::default(), open_at: NEVER, count: 0 }
    }

    pub fn start(&mut self, now: Duration) {
        self.open_at = now;
    }

    pub fn wake_at(&self, context: &Context) -> Duration {
        let due = |current: &Connection| current.load_at(context).min(current.move_at());
        let due = self.current.as_ref().map_or(NEVER, due);
        let connections = [&self.current, &self.next].into_iter().flatten();
        connections.map(Connection::wake_at).fold(self.open_at.min(due), Duration::min)
    }

    pub fn find(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        [&mut self.current, &mut self.next].into_iter().flatten().find(|connection| connection.id == id)
    }

    /// Returns whether the next connection can replace the current one.
    pub fn can_move(&self, context: &Context) -> bool {
        let both = self.current.as_ref().zip(self.next.as_ref());
        both.is_some_and(|(current, next)| next.can_replace(current, context))
    }

    /// Opens a connection without delay, or checks the current one.
    pub fn retry_now(&mut self, now: Duration) {
        if self.open_at < NEVER {
            self.open_at = now;
        }
        self.current.iter_mut().for_each(|connection| connection.ping_soon(now));
    }

    /// Returns why a connection ended, if one did.
    pub fn tick(&mut self, now: Duration, context: &mut Context) -> Option<Reason> {
        if now >= self.open_at {
            self.open_at = NEVER;
            self.current = Some(self.open(now, context));
        }
        let connections = [&self.next, &self.current].into_iter().flatten();
        let ids: Vec<_> = connections.map(|connection| connection.id).collect();
        let tick = |connection: &mut Connection, context: &mut Context| connection.tick(now, context);
        let reasons = ids.into_iter().map(|id| self.attempt(id, now, context, tick));
        let reason = reasons.fold(None, Option::or);
        self.move_if_due(now, context);
        reason
    }

    /// Ends the connection if the action fails. Returns why.
    pub fn attempt(
        &mut self,
        id: ConnectionId,
        now: Duration,
        context: &mut Context,
        action: impl FnOnce(&mut Connection, &mut Context) -> Result<(), Reason>,
    ) -> Option<Reason> {
        let reason = action(self.find(id)?, context).err()?;
        self.ended(id, &reason, now, context);
        Some(reason)
    }

    /// Replaces the current connection by the next one.
    pub fn promote(&mut self, reason: Reason, now: Duration, context: &mut Context) {
        let replaced = self.current.take();
        self.reset_backoff(replaced.as_ref(), now);
        close(replaced, &reason, context);
        self.current = self.next.take();
    }

    pub fn close_all(&mut self, reason: &Reason, context: &mut Context) {
        self.open_at = NEVER;
        close(self.next.take(), reason, context);
        close(self.current.take(), reason, context);
    }

    fn open(&mut self, now: Duration, context: &mut Context) -> Connection {
        self.count += 1;
        Connection::open(self.count, now, context)
    }

    fn move_if_due(&mut self, now: Duration, context: &mut Context) {
        let Some(current) = self.current.as_mut().filter(|current| now >= current.move_at()) else { return };
        current.set_move_at(NEVER);
        if self.next.is_none() {
            self.next = Some(self.open(now, context));
        }
    }

    fn ended(&mut self, id: ConnectionId, reason: &Reason, now: Duration, context: &mut Context) {
        let was_next = self.next.as_ref().is_some_and(|next| next.id == id);
        let ended = if was_next { self.next.take() } else { self.current.take() };
        self.reset_backoff(ended.as_ref(), now);
        close(ended, reason, context);
        match (&mut self.current, &self.next) {
            (None, Some(_)) => self.current = self.next.take(),
            (None, None) => {
                self.open_at = now.saturating_add(self.backoff.next_delay((context.random)()));
            }
            // The connection that ended was the next one.
            (Some(current), _) => {
                current.set_move_at(now.saturating_add(self.backoff.next_delay((context.random)())));
            }
        }
    }

    fn reset_backoff(&mut self, ended: Option<&Connection>, now: Duration) {
        let live_since = ended.map_or(NEVER, |connection| connection.live_since);
        if live_since.saturating_add(MIN_UPTIME) <= now {
            self.backoff.reset();
        }
    }
}

fn close(connection: Option<Connection>, reason: &Reason, context: &mut Context) {
    let effect = |Connection { id, .. }| Effect::Close { connection: id, reason: reason.clone() };
    context.effects.extend(connection.map(effect));
}
