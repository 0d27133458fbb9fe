//! Control events to a client. A failed post is only logged: most of these clients are gone, and the others
//! send their message again.

use tablecast_aws::now_in_milliseconds;
use tablecast_connections::Connection;
use tablecast_protocol::{Control, Envelope, Frame, Protocol, rfc3339};
use tablecast_sockets::{Outcome, Outgoing, Progress, Recipient, Sockets};
use tokio::time::{Instant, timeout_at};

use crate::counts::Counts;

/// Identifies a reply: the id of its event, and the client's own id of the message. It is sent until a time, or not at
/// all.
#[derive(Debug, Clone, Copy)]
pub struct ReplyId<'r> {
    pub event: &'r str,
    pub request: Option<&'r str>,
    pub until: Instant,
}

pub struct Replies {
    sockets: Sockets,
    pub counts: Counts,
}

impl Replies {
    pub fn new(sockets: Sockets) -> Self {
        Self { sockets, counts: Counts::default() }
    }

    /// Returns whether API Gateway accepted the event.
    pub async fn send(&self, connection: &Connection, control: &Control, id: ReplyId<'_>) -> bool {
        self.counts.replied(control);
        let time = rfc3339(now_in_milliseconds());
        let event = control.event(&Envelope::own(id.event, &time, id.request));
        let frame = connection.protocol.frame(event);
        let mut progress = Progress::default();
        let post = self.sockets.post(recipient(connection), &frame, &mut progress);
        let outcome = timeout_at(id.until, post).await.unwrap_or(Outcome::Unreachable);
        self.is_delivered(connection, outcome, &progress)
    }

    /// Sends a frame of events, or notices where it is too large. Returns whether API Gateway accepted it.
    pub async fn send_events(&self, to: &Connection, outgoing: &Outgoing<'_>, frame: &Frame<'_>) -> bool {
        let mut progress = Progress::default();
        let outcome = self.sockets.deliver_frame(recipient(to), outgoing, frame, &mut progress).await;
        self.is_delivered(to, outcome, &progress)
    }

    pub async fn close(&self, connection: &str, until: Instant) {
        // Neither the sub-protocol nor the age of a connection matters for closing it here.
        let to = Recipient { id: connection, protocol: Protocol::default(), connected_at: 0 };
        let mut progress = Progress::default();
        let close = self.sockets.close(to, &mut progress);
        let outcome = timeout_at(until, close).await.unwrap_or(Outcome::Unreachable);
        self.counts.closed(outcome);
        if outcome != Outcome::Delivered {
            tracing::warn!(connection, ?outcome, error = progress.error, "could not close a connection");
        }
    }

    fn is_delivered(&self, connection: &Connection, outcome: Outcome, progress: &Progress) -> bool {
        self.counts.sent(outcome);
        let (delivered, error) = (outcome == Outcome::Delivered, progress.error.as_deref());
        if !delivered {
            tracing::warn!(connection = connection.id, ?outcome, error, "could not send a frame to a client");
        }
        delivered
    }
}

fn recipient(connection: &Connection) -> Recipient<'_> {
    Recipient { id: &connection.id, protocol: connection.protocol, connected_at: connection.connected_at }
}
