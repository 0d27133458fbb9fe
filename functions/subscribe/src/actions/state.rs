use tablecast_connections::Session;
use tablecast_protocol::{Control, message};
use tokio::time::Instant;

use super::subscribe::subjects;
use crate::error::MessageError;
use crate::quotas::Account;
use crate::replies::ReplyId;
use crate::state::{Deadline, Request};
use crate::{Subscribe, Verify, plan};

impl<V: Verify> Subscribe<V> {
    pub(crate) async fn state(
        &self,
        session: Session,
        message: &message::State,
        reply: ReplyId<'_>,
        address: Option<&str>,
        began: Instant,
    ) -> Result<Control, MessageError> {
        let subjects: Vec<String> = plan::distinct(&message.subjects).cloned().collect();
        let request = Request {
            payer: Account::of_client(&session, address),
            session,
            subjects: &subjects,
            next: message.next.as_deref(),
            sources: None,
            id: &message.id,
            request: reply.event,
            deadline: Deadline::of_message(began),
        };
        self.collect(request).await
    }

    /// Subscribes, and sends the acknowledgement before the state if the client requests it.
    pub(crate) async fn subscribe_with_state(
        &self,
        session: Session,
        message: &message::Subscribe,
        reply: ReplyId<'_>,
        address: Option<&str>,
        began: Instant,
    ) -> Result<Control, MessageError> {
        let acknowledgement = self.subscribe(session.clone(), message, reply, address).await?;
        let (true, Some(id)) = (message.state, &message.id) else { return Ok(acknowledgement) };
        if !self.replies.send(&session.connection, &acknowledgement, reply).await {
            return Err(MessageError::Unreachable);
        }
        let granted = subjects(&acknowledgement).iter().filter(|subject| subject.granted);
        let subjects: Vec<String> = granted.map(|subject| subject.subject.clone()).collect();
        let request = Request {
            payer: Account::of_client(&session, address),
            session,
            subjects: &subjects,
            next: None,
            sources: Some(acknowledgement.into_sources()),
            id,
            request: reply.event,
            deadline: Deadline::of_message(began),
        };
        self.collect(request).await
    }
}
