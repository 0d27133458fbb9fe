//! Closes and deletes connections that accept no more. A connection that may still be opening is kept: without
//! it, its client would wait for events in vain.

use tablecast_connections::Subscriber;
use tablecast_sockets::{Outcome, Progress};
use tokio::time::Instant;

use super::Pusher;
use crate::subscriber::{delete_connection, last_frame, recipient};
use crate::time_limit::within;

/// The result of closing a connection that accepts no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// It is closed.
    Closed,
    /// It may still be opening. It was kept.
    Connecting,
    /// It could not be closed. It was deleted.
    Unclosed,
    /// It could be neither closed nor deleted.
    Unstopped,
}

impl Pusher {
    /// `error` is why the connection accepts no more.
    pub async fn disconnect(
        &self,
        subscriber: &Subscriber,
        error: Option<String>,
        until: Instant,
    ) -> Closing {
        let closing = self.close(subscriber, until).await;
        let (connection, closed) = (&subscriber.id, closing == Closing::Closed);
        tracing::warn!(
            connection,
            closed,
            error,
            "a connection accepts no more frames: its client must reconnect"
        );
        if closed {
            delete_connection(&self.connections, subscriber, until).await;
        }
        closing
    }

    /// Ends a connection whose token has expired, or whose subscription is damaged.
    pub async fn end(&self, subscriber: &Subscriber, until: Instant) -> Closing {
        if let Some(frame) = last_frame(subscriber) {
            let mut progress = Progress::default();
            within(until, self.sockets.post_once(recipient(subscriber), &frame, &mut progress)).await;
        }
        let closing = self.close(subscriber, until).await;
        if closing == Closing::Closed {
            delete_connection(&self.connections, subscriber, until).await;
        }
        closing
    }

    /// Deletes a connection that it cannot close: later events would hide from its client that it missed some.
    /// `subscribe` closes it at its next message. One that may still be opening is kept: its client is not promised
    /// events of changes before it received the 101.
    async fn close(&self, subscriber: &Subscriber, until: Instant) -> Closing {
        let mut progress = Progress::default();
        let closing = self.sockets.close(recipient(subscriber), &mut progress);
        let closed = within(until.min(Instant::now() + self.limits.request()), closing).await;
        match closed {
            Some(Outcome::Delivered | Outcome::Gone) => return Closing::Closed,
            Some(Outcome::Connecting) => return Closing::Connecting,
            _ => {}
        }
        let (connection, error) = (&subscriber.id, progress.error);
        tracing::warn!(connection, ?closed, error, "could not close a connection that missed events");
        match delete_connection(&self.connections, subscriber, until).await {
            true => Closing::Unclosed,
            false => Closing::Unstopped,
        }
    }
}
