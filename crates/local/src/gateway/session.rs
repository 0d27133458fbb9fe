//! One client, from before `$connect` until after `$disconnect`.

use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use tablecast_pipes::invoke::Invoke;
use tokio::sync::oneshot;

use super::close::CloseReason;
use super::connect::{ConnectResult, connect};
use super::connection::{Connection, Queue};
use super::duplex::Duplex;
use super::event::Event;
use super::handshake::Handshake;
use super::integration::call_route;
use super::limits::UPGRADE_WAIT;
use super::messages::Messages;
use super::registry::Admission;
use super::state::GatewayState;
use super::{routes, socket};

pub struct Session<I> {
    state: Arc<GatewayState<I>>,
    connection: Arc<Connection>,
    _admission: Admission,
}

impl<I: Invoke> Session<I> {
    /// Returns a session, and the queue of messages to its client.
    pub fn new(state: Arc<GatewayState<I>>, handshake: &Handshake, admission: Admission) -> (Self, Queue) {
        let (id, clock) = (state.ids.next(), state.clock.clone());
        let (connection, queue) = Connection::new(id, handshake.identity.clone(), clock);
        (Self { state, connection: Arc::new(connection), _admission: admission }, queue)
    }

    /// Calls `$connect`, sends its result to `response`, serves the connection and calls `$disconnect`.
    /// An accepted client that is gone already gets its `$disconnect`, too.
    pub async fn run(
        self,
        handshake: Handshake,
        upgrade: OnUpgrade,
        queue: Queue,
        response: oneshot::Sender<ConnectResult>,
    ) {
        let result = connect(&self.state, &self.connection, &handshake).await;
        drop(handshake);
        let is_accepted = result.is_ok();
        if is_accepted {
            // Registered before the response, so that early messages wait in the queue.
            self.state.registry.insert(self.connection.clone());
        }
        let _ = response.send(result);
        if is_accepted {
            self.serve(upgrade, queue).await;
        }
    }

    /// Serves the connection until it ends. A client that is slow to hang up does not delay `$disconnect`.
    async fn serve(&self, upgrade: OnUpgrade, queue: Queue) {
        let upgraded = tokio::time::timeout(UPGRADE_WAIT, upgrade).await.ok().and_then(Result::ok);
        let Some(upgraded) = upgraded else { return self.end(&CloseReason::ABNORMAL).await };
        let socket = Duplex::new(upgraded, socket::config()).await;
        let messages = Messages::new(self.state.clone(), self.connection.clone());
        let reason = socket::serve(&socket, queue, &self.connection, &messages).await;
        tokio::join!(socket::close(socket, &reason), self.end(&reason));
    }

    /// Removes the connection, so that `@connections` returns 410, and calls `$disconnect`.
    async fn end(&self, reason: &CloseReason) {
        self.state.registry.remove(&self.connection.id);
        self.disconnect(reason).await;
    }

    async fn disconnect(&self, reason: &CloseReason) {
        let Some(route) = self.state.routes.get(routes::DISCONNECT) else { return };
        let call = self.state.next_call();
        let event = Event::disconnect(&self.state.stage, &self.connection, &call, reason);
        // `call_route` logs a failure. Functions must not rely on $disconnect.
        let _ = call_route(&self.state, &route, &event).await;
    }
}
