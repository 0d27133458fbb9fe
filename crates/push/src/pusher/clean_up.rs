//! Closes and deletes connections that accept no more. A connection that may still be opening is kept: without
//! it, its client would wait for events in vain.

use tablecast_connections::Subscriber;
use tablecast_sockets::{Outcome, Progress};
use tokio::time::Instant;

use super::{Counts, Pusher};
use crate::subscriber::{delete, last_frame, recipient};
use crate::time_limit::within;

impl Pusher {
    /// `error` is why the connection accepts no more.
    pub async fn disconnect(
        &self,
        subscriber: &Subscriber,
        error: Option<String>,
        until: Instant,
        counts: &mut Counts,
    ) {
        let closed = self.close(subscriber, until, counts).await;
        let connection = &subscriber.id;
        tracing::warn!(
            connection,
            closed,
            error,
            "a connection accepts no more frames: its client must reconnect"
        );
        if closed {
            counts.closed += 1;
            self.delete(subscriber, until).await;
        }
    }

    /// Ends a connection whose token has expired, or whose subscription is damaged.
    pub async fn end(&self, subscriber: &Subscriber, until: Instant, counts: &mut Counts) {
        counts.expired += usize::from(!subscriber.is_damaged);
        if let Some(frame) = last_frame(subscriber) {
            let mut progress = Progress::default();
            within(until, self.sockets.post_once(recipient(subscriber), &frame, &mut progress)).await;
        }
        if self.close(subscriber, until, counts).await {
            self.delete(subscriber, until).await;
        }
    }

    /// Returns whether the connection is closed now. If it is not, this counts and deletes it: later events
    /// would hide from its client that it missed some. `subscribe` closes it at its next message. One that may
    /// still be opening is kept: its client is not promised events of changes before it received the 101.
    pub async fn close(&self, subscriber: &Subscriber, until: Instant, counts: &mut Counts) -> bool {
        let mut progress = Progress::default();
        let closing = self.sockets.close(recipient(subscriber), &mut progress);
        let closed = within(until.min(Instant::now() + self.limits.request()), closing).await;
        match closed {
            Some(Outcome::Delivered | Outcome::Gone) => return true,
            Some(Outcome::Connecting) => {
                counts.connecting += 1;
                return false;
            }
            _ => counts.unclosed += 1,
        }
        let (connection, error) = (&subscriber.id, progress.error);
        tracing::warn!(connection, ?closed, error, "could not close a connection that missed events");
        if !self.delete(subscriber, until).await {
            counts.unstopped += 1;
        }
        false
    }

    /// Returns whether the connection is deleted.
    pub async fn delete(&self, subscriber: &Subscriber, until: Instant) -> bool {
        delete(&self.connections, subscriber, until).await
    }
}
