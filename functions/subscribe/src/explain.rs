//! Refused connections, which are open only until their client has the reason.

use tablecast_connections::Connection;
use tablecast_protocol::{Control, RefusedConnection};

use crate::deadline::Deadline;
use crate::event::RequestContext;
use crate::replies::ReplyId;
use crate::{Subscribe, Verify};

impl<V: Verify> Subscribe<V> {
    /// Sends the reason and closes the connection, whatever the message is. Later messages get no answer.
    pub(crate) async fn explain(&self, refusal: &str, context: &RequestContext, deadline: Deadline) {
        let id = &context.connection_id;
        self.rate_limiter().finish(id);
        if let Some(RefusedConnection { refused, protocol }) = RefusedConnection::parse(refusal) {
            // It sent a message, so it is not too new to be reached.
            let connection = Connection { id: id.clone(), protocol, connected_at: 0, identity: None };
            let reply = ReplyId { event: &context.request_id, request: None, until: deadline.reply };
            self.replies.send(&connection, &Control::Refused(refused), reply).await;
        } else {
            tracing::error!(connection = id, "cannot read a refusal: its client gets no reason");
        }
        self.replies.close(id, deadline.end).await;
    }
}
