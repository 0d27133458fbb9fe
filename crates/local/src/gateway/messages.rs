//! The messages of one client. The gateway calls the function of the route for each.

use std::sync::Arc;

use tablecast_pipes::invoke::Invoke;
use tokio::sync::Semaphore;

use super::call::Call;
use super::connection::{Connection, PostError};
use super::error;
use super::event::Event;
use super::integration::call_route;
use super::limits::CONCURRENT_MESSAGES;
use super::routes::Route;
use super::state::GatewayState;

pub struct Messages<I> {
    state: Arc<GatewayState<I>>,
    connection: Arc<Connection>,
    permits: Arc<Semaphore>,
}

impl<I: Invoke> Messages<I> {
    pub fn new(state: Arc<GatewayState<I>>, connection: Arc<Connection>) -> Self {
        Self { state, connection, permits: Arc::new(Semaphore::new(CONCURRENT_MESSAGES)) }
    }

    /// Starts a call for a message. As on API Gateway, the calls of one connection run concurrently and in
    /// any order.
    pub async fn receive(&self, body: String) {
        let Some(route) = self.state.routes.select(&body) else {
            tracing::warn!(connection = self.connection.id, "refused a message: no route has its action");
            return send_error(&self.connection, "Forbidden", &self.state.next_call());
        };
        let Ok(permit) = self.permits.clone().acquire_owned().await else { return };
        let (state, connection, call) = (self.state.clone(), self.connection.clone(), self.state.next_call());
        tokio::spawn(async move {
            handle(&state, &connection, &call, &route, &body).await;
            drop(permit);
        });
    }
}

async fn handle<I: Invoke>(
    state: &GatewayState<I>,
    connection: &Connection,
    call: &Call,
    route: &Route,
    body: &str,
) {
    let message_id = state.ids.next();
    let event = Event::message(&state.stage, connection, call, &route.key, message_id, body);
    if let Err(failure) = call_route(state, route, &event).await {
        send_error(connection, failure.message(), call);
    }
}

/// Sends the client an error for its message, unless its send buffer is full.
fn send_error(connection: &Connection, message: &str, call: &Call) {
    let text = error::message(message, &connection.id, &call.request_id);
    if let Err(PostError::BufferFull) = connection.post(text.into()) {
        tracing::warn!(connection = connection.id, "dropped an error message: the client does not read");
    }
}
