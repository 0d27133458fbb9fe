//! What follows from how the service of a connection ended. Who may still come up is not forgotten: it would wait in vain.

use std::time::SystemTime;

use tablecast_connections::Listener;
use tablecast_protocol::{Control, Envelope, ErrorCode, milliseconds, rfc3339};
use tokio::time::Instant;

use super::reaction::Outcome;
use super::{Counts, Gateway, within};

impl Gateway {
    /// `end`: the last outcome, or none if the time for pushing was over.
    pub(super) async fn settle(
        &self,
        listener: &Listener,
        end: Option<Outcome>,
        until: Instant,
        counts: &mut Counts,
    ) {
        match end {
            Some(Outcome::Delivered | Outcome::TooLarge) => {}
            Some(Outcome::Connecting) => counts.connecting += 1,
            Some(Outcome::Refused) => {
                counts.refused += 1;
                self.send_away(listener, until, counts).await;
            }
            Some(Outcome::Gone) => {
                counts.gone += 1;
                self.forget(listener, until).await;
            }
            Some(Outcome::Expired) => self.expire(listener, until, counts).await,
            Some(Outcome::Unreachable) => self.send_away(listener, until, counts).await,
            None => {
                counts.late += 1;
                self.close(listener, until, counts).await;
            }
        }
    }

    async fn send_away(&self, listener: &Listener, until: Instant, counts: &mut Counts) {
        let closed = self.close(listener, until, counts).await;
        let connection = &listener.id;
        tracing::warn!(connection, closed, "a connection takes no more frames: its client is to come back");
        if closed {
            counts.closed += 1;
            self.forget(listener, until).await;
        }
    }

    /// API Gateway closes with 1000 and no reason: the reason is the last frame.
    async fn expire(&self, listener: &Listener, until: Instant, counts: &mut Counts) {
        counts.expired += 1;
        let frame = listener.protocol.frame(expired(listener));
        within(until, self.post(&listener.id, &frame)).await;
        if self.close(listener, until, counts).await {
            self.forget(listener, until).await;
        }
    }

    /// Whether the connection is closed: by this, or already. If not, it is counted, and forgotten: what comes next would
    /// hide from its client that it missed something. It is closed when it says something.
    async fn close(&self, listener: &Listener, until: Instant, counts: &mut Counts) -> bool {
        let mut retries = 0;
        let closing = self.insist(listener, &mut retries, counts, || self.delete(&listener.id));
        let closed = within(until, closing).await;
        if matches!(closed, Some(Outcome::Delivered | Outcome::Gone)) {
            return true;
        }
        counts.left += 1;
        if closed != Some(Outcome::Connecting) {
            self.forget(listener, until).await;
        }
        false
    }

    async fn forget(&self, listener: &Listener, until: Instant) {
        let forgetting = self.connections.forget(&listener.id, listener.connected_at);
        if let Some(Err(error)) = within(until, forgetting).await {
            let connection = &listener.id;
            tracing::warn!(connection, %error, "cannot forget a connection: the next push tries again");
        }
    }
}

fn expired(listener: &Listener) -> String {
    let message = "The token has expired: connect with a new one, or send it with `refresh` earlier.";
    let id = format!("{}:expired", listener.id);
    let time = rfc3339(milliseconds(SystemTime::now()));
    Control::error(ErrorCode::Expired, message).event(&Envelope::own(&id, &time, None))
}
