//! One client, from before `$connect` until after `$disconnect`.

use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use tokio::sync::{Semaphore, oneshot};

use super::Gateway;
use super::close::Closing;
use super::connection::{Connection, Queue};
use super::duplex::Duplex;
use super::event::{Call, Event};
use super::handshake::Handshake;
use super::limits::{MESSAGES_IN_WORK, UPGRADE_WAIT};
use super::refusal;
use super::registry::Admission;
use super::routes::{self, Route};
use super::socket;
use super::verdict::Verdict;
use crate::invoke::Invoke;

pub struct Session<I> {
    pub gateway: Gateway<I>,
    pub connection: Arc<Connection>,
    in_work: Arc<Semaphore>,
    _admission: Admission,
}

impl<I: Invoke> Session<I> {
    /// A session, and the queue of what is sent to its client.
    pub fn new(gateway: Gateway<I>, handshake: &Handshake, admission: Admission) -> (Self, Queue) {
        let (id, clock) = (gateway.shared.ids.next(), gateway.shared.clock.clone());
        let (connection, queue) = Connection::new(id, handshake.identity.clone(), clock);
        let (connection, in_work) = (Arc::new(connection), Arc::new(Semaphore::new(MESSAGES_IN_WORK)));
        (Self { gateway, connection, in_work, _admission: admission }, queue)
    }

    /// Asks the function of `$connect`, answers the client with its verdict, serves the connection and
    /// tells `$disconnect`. A client that left in the meantime was open all the same: it is told too.
    pub async fn run(
        self,
        handshake: Handshake,
        upgrade: OnUpgrade,
        queue: Queue,
        answer: oneshot::Sender<Verdict>,
    ) {
        let verdict = self.connect(&handshake).await;
        drop(handshake);
        let accepted = verdict.is_ok();
        if accepted {
            // Known before the client is answered: what is posted in between waits in the queue.
            self.gateway.shared.registry.insert(self.connection.clone());
        }
        let _ = answer.send(verdict);
        if accepted {
            self.stay(upgrade, queue).await;
        }
    }

    /// Serves the connection to its end. A client that is slow to hang up does not delay `$disconnect`.
    async fn stay(&self, upgrade: OnUpgrade, queue: Queue) {
        let upgraded = tokio::time::timeout(UPGRADE_WAIT, upgrade).await.ok().and_then(Result::ok);
        let Some(upgraded) = upgraded else { return self.leave(&Closing::ABNORMAL).await };
        let socket = Duplex::new(upgraded, socket::config()).await;
        let closing = socket::serve(&socket, queue, self).await;
        tokio::join!(socket::end(socket, &closing), self.leave(&closing));
    }

    /// From here on the connection is gone for everybody.
    async fn leave(&self, closing: &Closing) {
        self.gateway.shared.registry.remove(&self.connection.id);
        self.disconnect(closing).await;
    }

    /// Sends a message of the client to the function of its route. API Gateway calls functions at
    /// the same time for messages of one connection, so their order is not kept.
    pub async fn receive(&self, body: String) {
        let Some(route) = self.gateway.shared.routes.select(&body) else {
            return tell(&self.connection, "Forbidden", &self.gateway.next_call());
        };
        let Ok(slot) = self.in_work.clone().acquire_owned().await else { return };
        let (gateway, connection, call) =
            (self.gateway.clone(), self.connection.clone(), self.gateway.next_call());
        tokio::spawn(async move {
            handle(&gateway, &connection, &call, &route, &body).await;
            drop(slot);
        });
    }

    async fn disconnect(&self, closing: &Closing) {
        let Some(route) = self.gateway.shared.routes.get(routes::DISCONNECT) else { return };
        let call = self.gateway.next_call();
        let event = Event::disconnect(&self.gateway.shared.stage, &self.connection, &call, closing);
        // Nothing may rely on $disconnect: a failure is logged by the call and that is all.
        let _ = self.gateway.call(&route, &event).await;
    }
}

async fn handle<I: Invoke>(
    gateway: &Gateway<I>,
    connection: &Connection,
    call: &Call,
    route: &Route,
    body: &str,
) {
    let message_id = gateway.shared.ids.next();
    let event = Event::message(&gateway.shared.stage, connection, call, &route.key, message_id, body);
    if let Err(failure) = gateway.call(route, &event).await {
        tell(connection, failure.message(), call);
    }
}

/// Tells the client that its message failed. One that does not read is not told.
fn tell(connection: &Connection, message: &str, call: &Call) {
    let text = refusal::message(message, &connection.id, &call.request_id);
    let _ = connection.post(text.into());
}
