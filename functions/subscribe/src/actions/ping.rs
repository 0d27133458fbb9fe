use tablecast_connections::Session;
use tablecast_protocol::Control;
use tokio::time::timeout_at;

use crate::Subscribe;
use crate::deadline::Deadline;
use crate::error::MessageError;

impl<V> Subscribe<V> {
    /// Replies with the positions up to which the sources of the connection's subscriptions are pushed.
    pub(crate) async fn ping(&self, session: &Session, deadline: Deadline) -> Result<Control, MessageError> {
        let origins = self.history.origins(session.subscriptions.iter().map(|one| &one.pattern));
        self.charge_channels(session, origins.channels.len());
        let pushed =
            timeout_at(deadline.message, self.history.pushed(&origins, session.connection.connected_at))
                .await;
        Ok(Control::Pong { sources: pushed.map_err(|_| MessageError::SlowTable)?? })
    }
}
