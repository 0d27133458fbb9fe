//! Frames to the client. A failed post is only logged: the client is mostly gone, or sends its message again.

use tablecast_connections::Connection;
use tablecast_protocol::Protocol;
use tablecast_sockets::{Outcome, Progress, Recipient};

use crate::Subscribe;

impl<V> Subscribe<V> {
    /// Whether API Gateway accepted the frame.
    pub(crate) async fn post(&self, connection: &Connection, frame: &str) -> bool {
        let outcome = self.sockets.post(recipient(connection), frame, &mut Progress::default()).await;
        is_delivered(connection, outcome)
    }

    pub(crate) async fn close(&self, connection: &str) {
        // Neither the sub-protocol nor the age of a connection matters for closing it here.
        let to = Recipient { id: connection, protocol: Protocol::default(), connected_at: 0 };
        let outcome = self.sockets.close(to, &mut Progress::default()).await;
        if outcome != Outcome::Delivered {
            tracing::warn!(connection, ?outcome, "could not close a connection");
        }
    }
}

pub fn recipient(connection: &Connection) -> Recipient<'_> {
    Recipient { id: &connection.id, protocol: connection.protocol, connected_at: connection.connected_at }
}

/// Logs a frame that API Gateway did not accept.
pub fn is_delivered(connection: &Connection, outcome: Outcome) -> bool {
    let delivered = outcome == Outcome::Delivered;
    if !delivered {
        tracing::warn!(connection = connection.id, ?outcome, "could not send a frame to a client");
    }
    delivered
}
