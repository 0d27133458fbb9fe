//! Control events to a client. A failed post is only logged: most of these clients are gone, and the others
//! send their message again.

use tablecast_aws::now_in_milliseconds;
use tablecast_connections::Connection;
use tablecast_protocol::{Control, Envelope, Frame, Protocol, rfc3339};
use tablecast_sockets::{Outcome, Outgoing, Progress, Recipient, Sockets};

/// Identifies a reply: the id of its event, and the client's own id of the message.
#[derive(Debug, Clone, Copy)]
pub struct ReplyId<'r> {
    pub event: &'r str,
    pub request: Option<&'r str>,
}

pub struct Replies {
    sockets: Sockets,
}

impl Replies {
    pub fn new(sockets: Sockets) -> Self {
        Self { sockets }
    }

    /// Returns whether API Gateway accepted the event.
    pub async fn send(&self, connection: &Connection, control: &Control, id: ReplyId<'_>) -> bool {
        let time = rfc3339(now_in_milliseconds());
        let event = control.event(&Envelope::own(id.event, &time, id.request));
        let frame = connection.protocol.frame(event);
        let outcome = self.sockets.post(recipient(connection), &frame, &mut Progress::default()).await;
        is_delivered(connection, outcome)
    }

    /// Sends a frame of events, or notices where it is too large. Returns whether API Gateway accepted it.
    pub async fn send_events(&self, to: &Connection, outgoing: &Outgoing<'_>, frame: &Frame<'_>) -> bool {
        let mut progress = Progress::default();
        let outcome = self.sockets.deliver_frame(recipient(to), outgoing, frame, &mut progress).await;
        is_delivered(to, outcome)
    }

    pub async fn close(&self, connection: &str) {
        // Neither the sub-protocol nor the age of a connection matters for closing it here.
        let to = Recipient { id: connection, protocol: Protocol::default(), connected_at: 0 };
        let outcome = self.sockets.close(to, &mut Progress::default()).await;
        if outcome != Outcome::Delivered {
            tracing::warn!(connection, ?outcome, "could not close a connection");
        }
    }
}

fn recipient(connection: &Connection) -> Recipient<'_> {
    Recipient { id: &connection.id, protocol: connection.protocol, connected_at: connection.connected_at }
}

fn is_delivered(connection: &Connection, outcome: Outcome) -> bool {
    let delivered = outcome == Outcome::Delivered;
    if !delivered {
        tracing::warn!(connection = connection.id, ?outcome, "could not send a frame to a client");
    }
    delivered
}
