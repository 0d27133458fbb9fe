use tablecast_connections::{Identity, Session};
use tablecast_protocol::message::Refresh;
use tablecast_protocol::{Control, ErrorCode};

use crate::deadline::Deadline;
use crate::error::MessageError;
use crate::{NotVerified, Subscribe, Verify, plan};

impl<V: Verify> Subscribe<V> {
    pub(crate) async fn refresh(
        &self,
        session: Session,
        message: &Refresh,
        deadline: Deadline,
    ) -> Result<Control, MessageError> {
        let identity = match self.new_identity(&session, &message.token).await {
            Ok(identity) => identity,
            Err(NotVerified::Refused(reason)) => return Ok(refuse(&session, &reason)),
            Err(NotVerified::Unavailable(reason)) => return Err(MessageError::VerifierUnavailable(reason)),
        };
        let granted = self.grants.of_claims(Some(&identity.claims));
        let before = session.subscriptions.clone();
        let plan = |session: &Session| plan::refresh(session, &before, identity.clone(), &granted);
        let applied = self.sessions.apply(session, plan, deadline.write).await;
        // Without the reply, the client would wait for events of subscriptions that may have ended.
        let ends_any = plan::refused(&before, &granted).next().is_some();
        let (session, reply) = applied.map_err(|error| if ends_any { error.incomplete() } else { error })?;
        self.log_removed(&session, &reply);
        Ok(reply)
    }

    fn log_removed(&self, session: &Session, reply: &Control) {
        if let Control::Refreshed { removed, .. } = reply
            && !removed.is_empty()
        {
            let (connection, unfilled) = (&session.connection.id, self.grants.unfilled(session));
            tracing::info!(connection, ?removed, unfilled, "a new token ended subscriptions");
        }
    }

    /// Verifies the token, which must be of the connection's own subject.
    async fn new_identity(&self, session: &Session, token: &str) -> Result<Identity, NotVerified> {
        let refused = |reason: &str| Err(NotVerified::Refused(reason.to_owned()));
        let Some(present) = &session.connection.identity else {
            return refused("the connection has no token");
        };
        match self.verify.verify(token).await? {
            identity if identity.principal == present.principal => Ok(identity),
            _ => refused("the token is of another subject"),
        }
    }
}

/// Only the log has the reason: it could help an attacker who tries tokens.
fn refuse(session: &Session, reason: &str) -> Control {
    tracing::info!(connection = session.connection.id, reason, "refused a new token");
    let text = "The token is not valid here, or its subject is not the connection's. Send another token.";
    Control::error(ErrorCode::RefreshRefused, text)
}
