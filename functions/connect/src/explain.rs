//! Clients that request the reason of a refusal get a connection that is good for nothing else.

use std::fmt::Display;

use tablecast_config::Access;
use tablecast_connections::{Connection, Connections};
use tablecast_protocol::{ConnectionRefusal, Protocol, Refused, RefusedConnection, requested_in};

use crate::event::ConnectEvent;
use crate::request::identity;
use crate::response::Response;

/// The connection for the reason, without claims. None if the client does not request the reason, or has no
/// valid token: such a client must not fill the table.
pub fn requested(event: &ConnectEvent, access: &Access) -> Option<Connection> {
    let protocol = requested_in(event.offers())?;
    let context = &event.request_context;
    let identity = context.authorizer.as_ref().and_then(identity);
    access.to(identity.as_ref().map(|identity| identity.claims.as_str())).ok()?;
    Some(Connection {
        id: context.connection_id.clone(),
        protocol,
        connected_at: context.connected_at,
        identity: None,
    })
}

/// Opens a connection that `authorize` refused. Nothing is stored: API Gateway repeats the refusal with each
/// message. `authorize` has logged the reason.
pub fn refused_by_authorizer(connection: &str, refusal: &str) -> Response {
    match RefusedConnection::parse(refusal) {
        Some(to) => Response::explaining(to.protocol, to.refused.reason),
        None => {
            tracing::error!(connection, "cannot read the refusal of authorize: the client receives 401");
            Response::refused(ConnectionRefusal::TokenInvalid, &"the refusal of authorize cannot be read")
        }
    }
}

/// Logs the reason, because API Gateway does not send the body to the client, and refuses the client. The log does not
/// contain the query string or the offered sub-protocols, which can hold a token. A client that requests the reason
/// gets a connection, with the refusal in the table in place of subscriptions.
pub async fn refuse(
    connections: &Connections,
    connection: &str,
    to: Option<Connection>,
    refused: Refused,
    reason: &dyn Display,
) -> Response {
    let (status, refusal) = (refused.status, refused.reason);
    tracing::info!(connection, status, %reason, "refused a connection");
    let Some(to) = to else { return Response::refused(refusal, reason) };
    match store(connections, &to, refused).await {
        Some(protocol) => Response::explaining(protocol, refusal),
        None => Response::refused(refusal, reason),
    }
}

async fn store(connections: &Connections, connection: &Connection, refused: Refused) -> Option<Protocol> {
    let protocol = connection.protocol;
    let refusal = RefusedConnection { refused, protocol }.text();
    let stored = connections.refuse(connection, &refusal).await;
    stored
        .inspect_err(|error| {
            tracing::warn!(connection = connection.id, %error, "could not store a refusal: the client receives its status");
        })
        .ok()
        .map(|()| protocol)
}

#[cfg(test)]
mod tests;
