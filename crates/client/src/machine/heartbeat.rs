use std::time::Duration;

use tablecast_protocol::message::{Message, Ping};

use super::context::Context;
use super::pong_history::PongHistory;
use super::requests::Request;
use super::subscription_sync::Session;
use super::timing::{NEVER, Timing};
use crate::wire::control::Positions;

/// Pings the server. The pongs advance subscriptions, or show that events may be lost.
#[derive(Debug)]
pub(super) struct Heartbeat {
    ping_at: Duration,
    check_at: Duration,
    may_have_lost_events: bool,
    pongs: PongHistory,
}

impl Heartbeat {
    pub fn new() -> Self {
        Self { ping_at: NEVER, check_at: NEVER, may_have_lost_events: false, pongs: PongHistory::default() }
    }

    pub fn start(&mut self, timing: &Timing, now: Duration) {
        self.ping_at = now.saturating_add(timing.ping_every);
        self.check_at = now.saturating_add(timing.check_every);
    }

    pub fn wake_at(&self) -> Duration {
        self.ping_at
    }

    /// Pings at once, unless a ping waits for its pong.
    pub fn ping_soon(&mut self, session: &Session, now: Duration) {
        if !session.requests.is_waiting_for_pong() {
            self.ping_at = now;
        }
    }

    pub fn tick(&mut self, session: &mut Session, now: Duration, context: &mut Context) {
        if now >= self.ping_at {
            self.ping(session, now, context);
        }
    }

    pub fn ping(&mut self, session: &mut Session, now: Duration, context: &mut Context) {
        self.ping_at = now.saturating_add(context.timing.ping_every);
        let ping = Message::Ping(Ping::default());
        let request = session.requests.send(ping, Vec::new(), now, &mut context.effects);
        request.live.clone_from(&session.server.live);
    }

    pub fn pong(
        &mut self,
        ping: Option<&Request>,
        log_ends: Positions,
        session: &mut Session,
        now: Duration,
        context: &mut Context,
    ) {
        if let Some(ping) = ping {
            session.server.list(&log_ends, &ping.live, context);
        }
        match self.may_have_lost_events {
            true => self.check(&log_ends, session, now, context),
            false => {
                let delivered_to = self.pongs.delivered_to(&log_ends, now);
                session.server.advance_to(&delivered_to, context);
            }
        }
        if !self.may_have_lost_events {
            self.pongs.add(log_ends, now);
        }
    }

    /// Handles an `unavailable` reply to a ping. The connection works, but a server that cannot read its tables may
    /// also have failed to send events.
    pub fn unavailable(&mut self) {
        self.may_have_lost_events = true;
        self.pongs.clear();
    }

    fn check(&mut self, log_ends: &Positions, session: &mut Session, now: Duration, context: &mut Context) {
        if now >= self.check_at && session.check_for_lost_events(log_ends, context) {
            self.check_at = now.saturating_add(context.timing.check_every);
            self.may_have_lost_events = false;
        }
    }
}
