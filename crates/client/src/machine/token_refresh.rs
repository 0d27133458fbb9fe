use std::time::Duration;

use super::context::Context;
use super::effect::{ConnectionId, Effect};
use super::timing::{NEVER, TOKEN_RETRY};

/// Requests a new token before the token of a connection expires.
#[derive(Debug)]
pub(super) struct TokenRefresh {
    connection: ConnectionId,
    at: Duration,
}

impl TokenRefresh {
    pub fn new(connection: ConnectionId) -> Self {
        Self { connection, at: NEVER }
    }

    pub fn wake_at(&self) -> Duration {
        self.at
    }

    /// Schedules the refresh after 70 to 85 % of the remaining time.
    pub fn schedule(&mut self, remaining: Duration, now: Duration, context: &mut Context) {
        let delay = context.between(remaining.mul_f64(0.7), remaining.mul_f64(0.85));
        self.at = now.saturating_add(delay.max(TOKEN_RETRY));
    }

    /// Schedules another attempt.
    pub fn retry(&mut self, now: Duration) {
        self.at = now.saturating_add(TOKEN_RETRY);
    }

    pub fn tick(&mut self, now: Duration, context: &mut Context) {
        if now >= self.at {
            self.at = NEVER;
            context.effects.push(Effect::Token { connection: self.connection });
        }
    }
}
