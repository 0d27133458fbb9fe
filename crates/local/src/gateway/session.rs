//! One client, from before `$connect` until after `$disconnect`.

use std::sync::Arc;

use axum::http::StatusCode;
use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::Gateway;
use super::close::Closing;
use super::connection::{Connection, Queued};
use super::event::{Call, Event};
use super::handshake::Handshake;
use super::integration::{Answer, Failure};
use super::limits::{MESSAGES_IN_WORK, UPGRADE_WAIT};
use super::refusal::{self, Refusal};
use super::registry::Admission;
use super::routes::{self, Route};
use super::socket;
use crate::invoke::Invoke;

/// The sub-protocol that was agreed on, or why the upgrade is refused.
pub type Verdict = Result<Option<String>, Refusal>;

pub struct Session<I> {
    gateway: Gateway<I>,
    pub connection: Arc<Connection>,
    queue: Option<mpsc::UnboundedReceiver<Queued>>,
    in_work: Arc<Semaphore>,
    _admission: Admission,
}

impl<I: Invoke> Session<I> {
    pub fn new(gateway: Gateway<I>, handshake: &Handshake, admission: Admission) -> Self {
        let (connection, queue) =
            Connection::new(gateway.ids.next(), handshake.identity.clone(), gateway.clock.clone());
        Self {
            gateway,
            connection: Arc::new(connection),
            queue: Some(queue),
            in_work: Arc::new(Semaphore::new(MESSAGES_IN_WORK)),
            _admission: admission,
        }
    }

    /// Asks the function of `$connect`, answers the client with its verdict, serves the connection and
    /// tells `$disconnect`. A client that left in the meantime was open all the same: it is told too.
    pub async fn run(mut self, handshake: Handshake, upgrade: OnUpgrade, answer: oneshot::Sender<Verdict>) {
        let verdict = self.connect(&handshake).await;
        drop(handshake);
        let Some(queue) = self.queue.take().filter(|_| verdict.is_ok()) else {
            let _ = answer.send(verdict);
            return;
        };
        // Known before the client is answered: what is posted in between waits in the queue.
        self.gateway.registry.insert(self.connection.clone());
        let _ = answer.send(verdict);
        let closing = self.serve(upgrade, queue).await;
        self.gateway.registry.remove(&self.connection.id);
        self.disconnect(&closing).await;
    }

    async fn connect(&self, handshake: &Handshake) -> Verdict {
        let Some(route) = self.gateway.routes.get(routes::CONNECT) else { return Ok(None) };
        let call = self.next_call();
        let event = Event::connect(&self.gateway.stage, &self.connection, &call, handshake);
        match self.gateway.call(&route, &event).await {
            Ok(answer) => self.judge(&answer, handshake, &call),
            Err(failure) => Err(self.refuse(failure.status(), failure.message(), &call)),
        }
    }

    /// Reads the verdict from what the function of `$connect` answered.
    fn judge(&self, answer: &Bytes, handshake: &Handshake, call: &Call) -> Verdict {
        let parsed = serde_json::from_slice::<Answer>(answer).ok();
        let Some((answer, status)) = parsed.and_then(|answer| answer.status().map(|status| (answer, status)))
        else {
            tracing::warn!("$connect: the function must answer {{\"statusCode\": 200}}");
            return Err(self.refuse(Failure::Function.status(), Failure::Function.message(), call));
        };
        if !status.is_success() {
            tracing::info!(%status, reason = answer.body(), "$connect refused a client");
            return Err(self.refuse(status, status.canonical_reason().unwrap_or("Refused"), call));
        }
        Ok(answer.protocol().and_then(|chosen| handshake.protocol(chosen)))
    }

    fn refuse(&self, status: StatusCode, message: &str, call: &Call) -> Refusal {
        Refusal { status, body: refusal::message(message, &self.connection.id, &call.request_id) }
    }

    async fn serve(&self, upgrade: OnUpgrade, queue: mpsc::UnboundedReceiver<Queued>) -> Closing {
        let Ok(Ok(upgraded)) = tokio::time::timeout(UPGRADE_WAIT, upgrade).await else {
            return Closing::ABNORMAL;
        };
        let io = TokioIo::new(upgraded);
        let socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(socket::config())).await;
        socket::serve(socket, queue, self).await
    }

    /// Sends a message of the client to the function of its route. API Gateway calls functions at
    /// the same time for messages of one connection, so their order is not kept.
    pub async fn receive(&self, body: String) {
        let Some(route) = self.gateway.routes.select(&body) else {
            return tell(&self.connection, "Forbidden", &self.next_call());
        };
        let Ok(slot) = self.in_work.clone().acquire_owned().await else { return };
        let (gateway, connection, call) = (self.gateway.clone(), self.connection.clone(), self.next_call());
        tokio::spawn(async move {
            handle(&gateway, &connection, &call, &route, &body).await;
            drop(slot);
        });
    }

    async fn disconnect(&self, closing: &Closing) {
        let Some(route) = self.gateway.routes.get(routes::DISCONNECT) else { return };
        let call = self.next_call();
        let event = Event::disconnect(&self.gateway.stage, &self.connection, &call, closing);
        // Nothing may rely on $disconnect: a failure is logged by the call and that is all.
        let _ = self.gateway.call(&route, &event).await;
    }

    fn next_call(&self) -> Call {
        self.gateway.next_call()
    }
}

async fn handle<I: Invoke>(
    gateway: &Gateway<I>,
    connection: &Connection,
    call: &Call,
    route: &Route,
    body: &str,
) {
    let message_id = gateway.ids.next();
    let event = Event::message(&gateway.stage, connection, call, &route.key, message_id, body);
    if let Err(failure) = gateway.call(route, &event).await {
        tell(connection, failure.message(), call);
    }
}

/// Tells the client that its message failed. One that does not read is not told.
fn tell(connection: &Connection, message: &str, call: &Call) {
    let text = refusal::message(message, &connection.id, &call.request_id);
    let _ = connection.post(text.into());
}
