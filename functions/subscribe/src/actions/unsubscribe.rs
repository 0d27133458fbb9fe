use tablecast_connections::Session;
use tablecast_protocol::Control;
use tablecast_protocol::message::Unsubscribe;

use crate::deadline::Deadline;
use crate::error::MessageError;
use crate::{Subscribe, plan};

impl<V> Subscribe<V> {
    pub(crate) async fn unsubscribe(
        &self,
        session: Session,
        message: &Unsubscribe,
        deadline: Deadline,
    ) -> Result<Control, MessageError> {
        let plan = |session: &Session| plan::unsubscribe(session, &message.subjects);
        let (_, reply) = self.sessions.apply(session, plan, deadline.write).await?;
        Ok(reply)
    }
}
