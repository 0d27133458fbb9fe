use tablecast_connections::Session;
use tablecast_protocol::Control;
use tablecast_protocol::message::Unsubscribe;

use crate::error::MessageError;
use crate::{Subscribe, plan};

impl<V> Subscribe<V> {
    pub(crate) async fn unsubscribe(
        &self,
        session: Session,
        message: &Unsubscribe,
    ) -> Result<Control, MessageError> {
        let plan = |session: &Session| plan::unsubscribe(session, &message.subjects);
        let (_, reply) = self.sessions.apply(session, plan).await?;
        Ok(reply)
    }
}
