use std::fmt::Display;
use std::time::Duration;

use tablecast_config::Access;
use tablecast_connections::{Connections, OpenError};
use tablecast_definitions::grant;
use tablecast_protocol::{ConnectionRefusal, Refused};
use tokio::time::timeout;

use crate::event::ConnectEvent;
use crate::explain;
use crate::request::{self, Request};
use crate::response::Response;

/// The time before Lambda stops the function in which it responds, and is counted as failed.
const RESPONDING: Duration = Duration::from_secs(1);

/// Handles `$connect`. Made once for each process.
pub struct Connect {
    connections: Connections,
    access: Access,
}

impl Connect {
    pub fn new(connections: Connections, access: Access) -> Self {
        Self { connections, access }
    }

    /// `remaining` is the time until Lambda stops the function.
    pub async fn handle(&self, event: ConnectEvent, remaining: Duration) -> Response {
        let id = event.request_context.connection_id.clone();
        let time = remaining - RESPONDING.min(remaining / 10);
        timeout(time, self.respond(event)).await.unwrap_or_else(|_| {
            could_not_store(&id, &"the table does not respond in time");
            Response::unavailable()
        })
    }

    async fn respond(&self, event: ConnectEvent) -> Response {
        let id = event.request_context.connection_id.clone();
        if let Some(refusal) = event.request_context.authorizer.as_ref().and_then(|it| it.refusal.as_deref())
        {
            return explain::refused_by_authorizer(&id, refusal);
        }
        let to = explain::requested(&event, &self.access);
        let request = match Request::read(event, &self.access) {
            Ok(request) => request,
            Err(refusal) => {
                return explain::refuse(&self.connections, &id, to, refusal.for_client(), &refusal).await;
            }
        };
        log_grants(&id, &request);
        match self.connections.open(&request.connection, request.granted).await {
            Ok(()) => Response::accepted(request.echo),
            Err(refusal @ OpenError::TooManyPatterns(_)) => {
                let refused = Refused::new(ConnectionRefusal::BadRequest, &refusal.to_string());
                explain::refuse(&self.connections, &id, to, refused, &refusal).await
            }
            Err(OpenError::Storage(error)) => {
                could_not_store(&id, &error);
                Response::unavailable()
            }
        }
    }
}

fn could_not_store(connection: &str, error: &dyn Display) {
    tracing::error!(connection, %error, "could not store a connection: the client receives 500");
}

/// Logs the subjects that are refused, and the claims that fill no grant.
fn log_grants(connection: &str, request: &Request) {
    let unfilled = grant::list(&request.unfilled);
    if !request.refused.is_empty() {
        tracing::info!(
            connection,
            refused = request::listed(&request.refused),
            unfilled,
            "refused some subjects of a connection"
        );
    } else if !unfilled.is_empty() {
        tracing::info!(
            connection,
            unfilled,
            "a connection can subscribe to nothing: its claims fill no grant"
        );
    }
}

#[cfg(test)]
mod tests;
