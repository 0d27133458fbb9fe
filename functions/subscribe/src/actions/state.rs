use tablecast_protocol::{Control, message};

use super::subscribe::subjects;
use crate::error::MessageError;
use crate::incoming::Incoming;
use crate::state::Request;
use crate::{Subscribe, Verify, plan};

impl<V: Verify> Subscribe<V> {
    pub(crate) async fn state(
        &self,
        from: Incoming<'_>,
        message: &message::State,
    ) -> Result<Control, MessageError> {
        let subjects: Vec<String> = plan::distinct(&message.subjects).cloned().collect();
        let (types, next) = (&message.types, message.next.as_deref());
        self.collect(Request { from, subjects: &subjects, types, next, sources: None, id: &message.id }).await
    }

    /// Subscribes, and sends the acknowledgement before the state if the client requests it.
    pub(crate) async fn subscribe_with_state(
        &self,
        from: Incoming<'_>,
        message: &message::Subscribe,
    ) -> Result<Control, MessageError> {
        let acknowledgement = self.subscribe(from.clone(), message).await?;
        let (true, Some(id)) = (message.state, &message.id) else { return Ok(acknowledgement) };
        if !self.replies.send(&from.session.connection, &acknowledgement, from.reply).await {
            return Err(MessageError::Unreachable);
        }
        let granted = subjects(&acknowledgement).iter().filter(|subject| subject.granted);
        let subjects: Vec<String> = granted.map(|subject| subject.subject.clone()).collect();
        let (types, sources) = (&message.types, Some(acknowledgement.into_sources()));
        self.collect(Request { from, subjects: &subjects, types, next: None, sources, id }).await
    }
}
