use tablecast_connections::Session;
use tablecast_protocol::Control;

use crate::Subscribe;
use crate::error::MessageError;

impl<V> Subscribe<V> {
    /// Replies with the positions up to which the sources of the connection's subscriptions are pushed.
    pub(crate) async fn ping(&self, session: &Session) -> Result<Control, MessageError> {
        let origins = self.history.origins(session.subscriptions.iter().map(|one| &one.pattern));
        self.charge_channels(session, origins.channels.len());
        Ok(Control::Pong { sources: self.history.pushed(&origins).await? })
    }
}
