use std::sync::MutexGuard;
use std::time::Instant;

use tablecast_aws::now_in_milliseconds;
use tablecast_connections::{Session, StorageError};
use tablecast_protocol::{Control, Envelope, ErrorCode, rfc3339};

use crate::change::Trouble;
use crate::event::MessageEvent;
use crate::limits::BYTES_OF_A_MESSAGE;
use crate::message::{self, Message};
use crate::meter::{Meter, Verdict};
use crate::{Subscribe, Verify, reconnect};

impl<V: Verify> Subscribe<V> {
    /// Fails only if nothing is known of the connection, not even how to talk to it: API Gateway tells the client then.
    pub async fn handle(&self, event: MessageEvent) -> Result<(), StorageError> {
        let context = &event.request_context;
        let verdict = self.admit(&context.connection_id);
        if verdict == Verdict::Ignored {
            return Ok(());
        }
        let Some(session) = self.connections.find(&context.connection_id).await? else {
            // Forgotten because its token has expired, or because it was to be closed.
            self.close(&context.connection_id).await;
            return Ok(());
        };
        let request = message::id(&event.body);
        let reply = Reply { id: &context.request_id, request: request.as_deref() };
        match verdict {
            Verdict::Flooding => self.end(&session, too_many_messages(), reply).await,
            _ => self.answer(session, &event, reply).await,
        }
        Ok(())
    }

    fn admit(&self, connection: &str) -> Verdict {
        self.meter().admit(connection, Instant::now())
    }

    /// What was read of a log belongs to all of its clients.
    pub(crate) fn charge(&self, connection: &str, read: usize) {
        self.meter().charge(connection, read as f64 / BYTES_OF_A_MESSAGE as f64);
    }

    fn meter(&self) -> MutexGuard<'_, Meter> {
        self.meter.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    async fn answer(&self, session: Session, event: &MessageEvent, reply: Reply<'_>) {
        let answer = match is_expired(&session) {
            true => Err(Trouble::Expired),
            false => self.act(session.clone(), &event.body, reply).await,
        };
        match answer {
            Ok(control) => {
                let taken = self.tell(&session, &control, reply).await;
                match control {
                    _ if taken => self.ask_to_reconnect(&session, event).await,
                    // Who waits for an acknowledgement in vain would hold back what comes.
                    Control::Subscribed { .. } => self.leave(&session).await,
                    _ => {}
                }
            }
            Err(Trouble::Expired) => self.end(&session, expired(), reply).await,
            Err(Trouble::Forgotten) => self.close(&session.connection.id).await,
            Err(trouble @ (Trouble::Unreachable | Trouble::Slow | Trouble::HalfDone(_))) => {
                tracing::warn!(connection = session.connection.id, %trouble, "a subscription ended early: its client is to come back");
                self.leave(&session).await;
            }
            Err(trouble) => {
                log(&session.connection.id, &trouble);
                self.tell(&session, &unavailable(), reply).await;
            }
        }
    }

    async fn act(&self, session: Session, body: &str, reply: Reply<'_>) -> Result<Control, Trouble> {
        match Message::read(body) {
            Ok(Message::Subscribe { subjects, types, after, .. }) => {
                self.subscribe(session, &subjects, &types, &after, reply).await
            }
            Ok(Message::Unsubscribe { subjects, .. }) => self.unsubscribe(session, &subjects).await,
            Ok(Message::Ping { .. }) => self.pong(&session).await,
            Ok(Message::Refresh { token, .. }) => self.refresh(session, &token).await,
            Err(refusal) => Ok(refusal),
        }
    }

    /// Whether API Gateway took it.
    pub(crate) async fn tell(&self, session: &Session, control: &Control, reply: Reply<'_>) -> bool {
        let time = rfc3339(now_in_milliseconds());
        let event = control.event(&Envelope::own(reply.id, &time, reply.request));
        let frame = session.connection.protocol.frame(event);
        self.post(&session.connection, &frame).await
    }

    async fn ask_to_reconnect(&self, session: &Session, event: &MessageEvent) {
        let MessageEvent { request_context: context, .. } = event;
        if let Some(control) = reconnect::request(&session.connection, context.request_time_epoch) {
            let id = format!("{}:reconnect", context.request_id);
            self.tell(session, &control, Reply { id: &id, request: None }).await;
        }
    }

    /// API Gateway closes with 1000 and no reason: the reason is the last frame.
    async fn end(&self, session: &Session, why: Control, reply: Reply<'_>) {
        self.tell(session, &why, reply).await;
        self.leave(session).await;
        tracing::info!(connection = session.connection.id, ?why, "closed a connection");
    }

    async fn leave(&self, session: &Session) {
        let connection = &session.connection;
        self.close(&connection.id).await;
        if let Err(error) = self.connections.forget(&connection.id, connection.connected_at).await {
            tracing::warn!(connection = connection.id, %error, "cannot forget a connection: $disconnect does, or a push");
        }
    }
}

/// Which message is answered: by the id that the answer gets, and by the client's own.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'r> {
    pub id: &'r str,
    pub request: Option<&'r str>,
}

pub fn is_expired(session: &Session) -> bool {
    session.connection.ends_at() <= now_in_milliseconds() / 1000
}

/// That a client overtakes itself needs no operator.
fn log(connection: &str, trouble: &Trouble) {
    let message = "a client's message could not be done: it is told to try again";
    match trouble {
        Trouble::Busy => tracing::warn!(connection, %trouble, message),
        _ => tracing::error!(connection, %trouble, message),
    }
}

fn expired() -> Control {
    Control::error(
        ErrorCode::Expired,
        "The token has expired: connect with a new one, or send it with `refresh` earlier.",
    )
}

fn too_many_messages() -> Control {
    Control::error(
        ErrorCode::TooManyMessages,
        "More than 10 messages a second: one message can name many subjects.",
    )
}

fn unavailable() -> Control {
    Control::error(ErrorCode::Unavailable, "Nothing is known to be changed: try again.")
}
