use std::time::Duration;

use tablecast_aws::StorageError;
use tablecast_connections::Session;
use tablecast_protocol::message::{self, Message};
use tablecast_protocol::{Control, ErrorCode};
use tablecast_telemetry::Metrics;
use tokio::time::timeout_at;

use crate::deadline::Deadline;
use crate::error::MessageError;
use crate::event::MessageEvent;
use crate::message_context::MessageContext;
use crate::quotas::Account;
use crate::rate_limiter::Admission;
use crate::replies::ReplyId;
use crate::sessions::is_expired;
use crate::{Subscribe, Verify, reconnect};

impl<V: Verify> Subscribe<V> {
    /// Handles a message and sends its reply. Fails only if the connection cannot be read, and so not be
    /// replied to: API Gateway then sends `Internal server error`.
    pub async fn handle(&self, event: MessageEvent, deadline: Deadline) -> Result<(), StorageError> {
        let context = &event.request_context;
        let admission = self.rate_limiter().admit(&context.connection_id, (self.clock)());
        if admission == Admission::Ignored {
            self.replies.counts.ignored.add();
            return Ok(());
        }
        // Boxed, because the future of `handle` is as deep as the compiler accepts.
        if let Some(refusal) = context.refusal() {
            Box::pin(self.explain(refusal, context, deadline)).await;
            return Ok(());
        }
        let Some(session) = self.sessions.find(&context.connection_id).await? else {
            // Its token has expired, an item of it is damaged, or an earlier attempt to close it failed.
            self.count_unknown(&context.connection_id);
            self.replies.close(&context.connection_id, deadline.end).await;
            return Ok(());
        };
        if let Some(refusal) = &session.refusal {
            Box::pin(self.explain(refusal, context, deadline)).await;
            self.sessions.delete(&session.connection).await;
            return Ok(());
        }
        let request = message::id(&event.body);
        let reply =
            ReplyId { event: &context.request_id, request: request.as_deref(), until: deadline.reply };
        match admission {
            Admission::Exceeded => self.end(&session, too_many_messages(), reply, deadline).await,
            _ => self.respond(session, &event, reply, deadline).await,
        }
        Ok(())
    }

    async fn respond(&self, session: Session, event: &MessageEvent, reply: ReplyId<'_>, deadline: Deadline) {
        let payer = Account::of_client(&session, event.request_context.source_ip());
        let context = MessageContext { session: session.clone(), payer, reply, deadline };
        let result = match is_expired(&session) {
            true => Err(MessageError::Expired),
            false => self.act(context, &event.body).await,
        };
        match result {
            Ok(control) => self.reply(&session, control, event, reply, deadline).await,
            Err(error) => self.fail(&session, error, reply, deadline).await,
        }
    }

    async fn act(&self, context: MessageContext<'_>, body: &str) -> Result<Control, MessageError> {
        let deadline = context.deadline;
        match Message::parse(body) {
            Ok(Message::Subscribe(message)) => Box::pin(self.subscribe_with_state(context, &message)).await,
            Ok(Message::Unsubscribe(message)) => self.unsubscribe(context.session, &message, deadline).await,
            Ok(Message::Ping(_)) => self.ping(&context.session, deadline).await,
            Ok(Message::Refresh(message)) => self.refresh(context.session, &message, deadline).await,
            Ok(Message::State(message)) => Box::pin(self.state(context, &message)).await,
            Err(refusal) => Ok(refusal),
        }
    }

    async fn reply(
        &self,
        session: &Session,
        control: Control,
        event: &MessageEvent,
        reply: ReplyId<'_>,
        deadline: Deadline,
    ) {
        let event_id = match control {
            // The acknowledgement of the same message has the plain id.
            Control::State { .. } => format!("{}:state", reply.event),
            _ => reply.event.to_owned(),
        };
        let id = ReplyId { event: &event_id, ..reply };
        let accepted = self.replies.send(&session.connection, &control, id).await;
        match control {
            _ if accepted => self.request_reconnect(session, event, deadline).await,
            // Without its acknowledgement, a client would hold back all events.
            Control::Subscribed { .. } => self.disconnect(session, deadline).await,
            _ => {}
        }
    }

    async fn request_reconnect(&self, session: &Session, event: &MessageEvent, deadline: Deadline) {
        let context = &event.request_context;
        if let Some(control) = reconnect::request(&session.connection, context.request_time_epoch) {
            let event = format!("{}:reconnect", context.request_id);
            let id = ReplyId { event: &event, request: None, until: deadline.reply };
            self.replies.send(&session.connection, &control, id).await;
        }
    }

    async fn fail(&self, session: &Session, error: MessageError, reply: ReplyId<'_>, deadline: Deadline) {
        let connection = &session.connection;
        match error {
            MessageError::Expired => self.end(session, expired(), reply, deadline).await,
            MessageError::Deleted => {
                self.count_unknown(&connection.id);
                self.replies.close(&connection.id, deadline.end).await;
            }
            MessageError::Unreachable | MessageError::TooSlow | MessageError::Incomplete(_) => {
                tracing::warn!(connection = connection.id, %error, "disconnected a client whose subscription is incomplete; it resumes when it reconnects");
                self.replies.counts.incomplete.add();
                self.disconnect(session, deadline).await;
            }
            error => {
                self.count_failure(&error);
                log_failure(&connection.id, &error);
                self.replies.send(connection, &unavailable(), reply).await;
            }
        }
    }

    /// Sends the reason and disconnects. API Gateway closes with code 1000 and no reason.
    async fn end(&self, session: &Session, reason: Control, reply: ReplyId<'_>, deadline: Deadline) {
        self.replies.send(&session.connection, &reason, reply).await;
        self.disconnect(session, deadline).await;
        tracing::info!(connection = session.connection.id, ?reason, "disconnected a client");
    }

    /// Closes and deletes at the same time: if one of them hangs, the other still has an effect.
    async fn disconnect(&self, session: &Session, deadline: Deadline) {
        let connection = &session.connection;
        let delete = timeout_at(deadline.end, self.sessions.delete(connection));
        let (_, deleted) = tokio::join!(self.replies.close(&connection.id, deadline.end), delete);
        if deleted.is_err() {
            tracing::warn!(
                connection = connection.id,
                "had no time to delete a connection: $disconnect or the next push deletes it"
            );
        }
    }
}

impl<V> Subscribe<V> {
    /// The metrics of the messages since the last call, or none if they were pings. `took` is their time.
    pub fn take_metrics(&self, took: Duration) -> Option<Metrics> {
        self.replies.counts.take(self.history.take_damaged(), took)
    }

    fn count_unknown(&self, connection: &str) {
        self.replies.counts.unknown.add();
        tracing::info!(connection, "closed a connection that is not stored, or was deleted meanwhile");
    }

    /// Clients can cause contention, and so must not ring the alarm with it.
    fn count_failure(&self, error: &MessageError) {
        let counts = &self.replies.counts;
        match error {
            MessageError::Contended => counts.contended.add(),
            _ => counts.unavailable.add(),
        }
    }
}

/// Concurrent messages from one client are expected, so contention is only a warning.
fn log_failure(connection: &str, error: &MessageError) {
    let message = "could not handle a client's message: the reply requests another attempt";
    match error {
        MessageError::Contended => tracing::warn!(connection, %error, message),
        _ => tracing::error!(connection, %error, message),
    }
}

fn expired() -> Control {
    let text = "The token has expired. Connect with a new token; to stay connected, send `refresh` in time.";
    Control::error(ErrorCode::Expired, text)
}

fn too_many_messages() -> Control {
    let text = "The connection sent more than 10 messages a second. Name several subjects in one message.";
    Control::error(ErrorCode::TooManyMessages, text)
}

fn unavailable() -> Control {
    Control::error(ErrorCode::Unavailable, "The message may have had no effect. Send it again.")
}
