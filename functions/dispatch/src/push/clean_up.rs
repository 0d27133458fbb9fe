//! Closes and deletes connections whose delivery failed. A connection that may still be opening is kept:
//! without it, its client would wait for events in vain.

use tablecast_aws::now_in_milliseconds;
use tablecast_connections::Subscriber;
use tablecast_protocol::{Control, Envelope, ErrorCode, rfc3339};
use tablecast_sockets::{Outcome, Progress};
use tokio::time::Instant;

use super::{Counts, End, Pusher, recipient, within};

impl Pusher {
    pub(super) async fn clean_up(
        &self,
        subscriber: &Subscriber,
        end: End,
        until: Instant,
        counts: &mut Counts,
    ) {
        match end {
            End::Outcome(Outcome::Delivered | Outcome::TooLarge) => {}
            End::Outcome(Outcome::Connecting) => counts.connecting += 1,
            End::Outcome(Outcome::Refused) => {
                counts.refused += 1;
                self.disconnect(subscriber, until, counts).await;
            }
            End::Outcome(Outcome::Gone) => {
                counts.gone += 1;
                self.delete(subscriber, until).await;
            }
            End::Outcome(Outcome::Unreachable) => self.disconnect(subscriber, until, counts).await,
            End::TokenExpired => self.expire(subscriber, until, counts).await,
            End::TimedOut => {
                counts.timed_out += 1;
                self.close(subscriber, until, counts).await;
            }
        }
    }

    async fn disconnect(&self, subscriber: &Subscriber, until: Instant, counts: &mut Counts) {
        let closed = self.close(subscriber, until, counts).await;
        let connection = &subscriber.id;
        tracing::warn!(connection, closed, "a connection accepts no more frames: its client must reconnect");
        if closed {
            counts.closed += 1;
            self.delete(subscriber, until).await;
        }
    }

    /// The last frame holds the reason, because API Gateway closes with 1000 and no reason.
    async fn expire(&self, subscriber: &Subscriber, until: Instant, counts: &mut Counts) {
        counts.expired += 1;
        let frame = subscriber.protocol.frame(expired(subscriber));
        within(until, self.sockets.post_once(recipient(subscriber), &frame)).await;
        if self.close(subscriber, until, counts).await {
            self.delete(subscriber, until).await;
        }
    }

    /// Returns whether the connection is closed now. If it is not, this counts and deletes it: later events
    /// would hide from its client that it missed some. `subscribe` closes it at its next message.
    async fn close(&self, subscriber: &Subscriber, until: Instant, counts: &mut Counts) -> bool {
        let mut progress = Progress::default();
        let closed = within(until, self.sockets.close(recipient(subscriber), &mut progress)).await;
        counts.retried += progress.retries as usize;
        if matches!(closed, Some(Outcome::Delivered | Outcome::Gone)) {
            return true;
        }
        counts.unclosed += 1;
        if closed != Some(Outcome::Connecting) {
            self.delete(subscriber, until).await;
        }
        false
    }

    async fn delete(&self, subscriber: &Subscriber, until: Instant) {
        let deleting = self.connections.delete(&subscriber.id, subscriber.connected_at);
        if let Some(Err(error)) = within(until, deleting).await {
            let connection = &subscriber.id;
            tracing::warn!(connection, %error, "could not delete a connection: the next push tries again");
        }
    }
}

fn expired(subscriber: &Subscriber) -> String {
    let message = "The token has expired: connect with a new one, or send it with `refresh` earlier.";
    let id = format!("{}:expired", subscriber.id);
    let time = rfc3339(now_in_milliseconds());
    Control::error(ErrorCode::Expired, message).event(&Envelope::own(&id, &time, None))
}
