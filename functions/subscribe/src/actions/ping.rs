use tablecast_connections::Session;
use tablecast_protocol::Control;

use crate::Subscribe;
use crate::error::MessageError;

impl<V> Subscribe<V> {
    /// Replies with the ends of the logs to which the connection is subscribed.
    pub(crate) async fn ping(&self, session: &Session) -> Result<Control, MessageError> {
        let patterns: Vec<_> = session.subscriptions.iter().map(|one| one.pattern.clone()).collect();
        Ok(Control::Pong { sources: self.history.ends(&patterns).await? })
    }
}
