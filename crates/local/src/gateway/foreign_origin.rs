//! A web page whose origin is not allowed. The gateway refuses it itself, and gives the reason as `authorize` does
//! on AWS: functions receive a context with the refusal, and without claims.

use tablecast_protocol::{ConnectionRefusal, Refused, RefusedConnection};

use super::authorization::{Authorization, REFUSAL};
use super::handshake::Handshake;

const MESSAGE: &str = "Pages of this origin may not connect. If the page is yours, start the local mode with \
    --origin and its address.";

/// The context of a connection for the reason. None if the client does not request it.
pub fn explanation(handshake: &Handshake) -> Option<Authorization> {
    let refused = Refused::new(ConnectionRefusal::OriginNotAllowed, MESSAGE);
    let refused = RefusedConnection::requested(handshake.offers(), refused)?;
    let context = [("principalId", "refused".to_owned()), (REFUSAL, refused.text())];
    Some(Authorization(context.map(|(name, value)| (name.to_owned(), value)).into()))
}
