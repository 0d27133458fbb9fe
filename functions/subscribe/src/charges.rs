//! The charges of messages, in messages of the rate of a connection.

use std::sync::MutexGuard;

use tablecast_connections::Session;

use crate::Subscribe;
use crate::limits::{BYTES_PER_MESSAGE, CHANNELS_PER_MESSAGE, STATE_PAGE_MESSAGES};
use crate::rate_limiter::RateLimiter;

impl<V> Subscribe<V> {
    /// Charges a connection for bytes that were read from a log, which all clients of the log share.
    pub(crate) fn charge_bytes(&self, session: &Session, bytes: usize) {
        let messages = bytes as f64 / BYTES_PER_MESSAGE as f64;
        self.rate_limiter().charge(&session.connection.id, messages);
    }

    /// Charges a connection for channels whose logs are read. Each takes a request, even if nothing is new.
    pub(crate) fn charge_channels(&self, session: &Session, channels: usize) {
        let messages = channels as f64 / CHANNELS_PER_MESSAGE as f64;
        self.rate_limiter().charge(&session.connection.id, messages);
    }

    /// Returns whether a connection can pay for another page of a table.
    pub(crate) fn can_read_state(&self, session: &Session) -> bool {
        self.rate_limiter().balance(&session.connection.id, (self.clock)()) >= STATE_PAGE_MESSAGES
    }

    pub(crate) fn rate_limiter(&self) -> MutexGuard<'_, RateLimiter> {
        self.rate_limiter.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
