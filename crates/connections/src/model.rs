use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;

/// API Gateway ends a connection after two hours. Ten minutes allow for clocks that differ.
pub const LIFETIME_SECONDS: i64 = 2 * 3600 + 600;

/// A WebSocket connection and its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub id: String,
    /// The form of its frames.
    pub protocol: Protocol,
    /// Milliseconds since the epoch, by API Gateway's clock.
    pub connected_at: i64,
    /// None if authentication is disabled.
    pub identity: Option<Identity>,
}

/// The content of a connection's token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The subject of the token; with several issuers, after its issuer.
    pub principal: String,
    /// The JSON of all claims.
    pub claims: String,
    /// The token's `exp`: seconds since the epoch.
    pub token_expires_at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub pattern: Pattern,
    /// The wanted event types. Empty means all.
    pub types: BTreeSet<String>,
}

/// A connection and its subscriptions at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub connection: Connection,
    pub subscriptions: Vec<Subscription>,
    /// The connection is open only for this reason of its refusal, as JSON text.
    pub refusal: Option<String>,
    /// Grows with each change. A change applies to this revision, or not at all.
    pub(crate) revision: u64,
}

/// A connection that subscribed to a pattern: what `dispatch` must know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    pub id: String,
    /// Milliseconds since the epoch.
    pub connected_at: i64,
    /// Seconds since the epoch. From then on, the connection receives nothing and must be closed.
    pub ends_at: i64,
    pub protocol: Protocol,
    /// The wanted event types. Empty means all.
    pub types: BTreeSet<String>,
    /// The subscription cannot be read. So the connection receives nothing and must be closed, without a last frame,
    /// because its protocol is unknown. Its client connects again.
    pub is_damaged: bool,
}

impl Connection {
    /// When the connection ends, in seconds since the epoch: with its token, or when API Gateway ends it.
    pub fn ends_at(&self) -> i64 {
        let latest = self.latest_end();
        self.identity.as_ref().map_or(latest, |identity| latest.min(identity.token_expires_at))
    }

    /// When API Gateway has ended the connection at the latest, in seconds since the epoch.
    pub(crate) fn latest_end(&self) -> i64 {
        self.connected_at / 1000 + LIFETIME_SECONDS
    }
}

impl Session {
    /// The session of a new connection.
    pub fn new(connection: Connection, subscriptions: Vec<Subscription>) -> Self {
        Self { connection, subscriptions, refusal: None, revision: 0 }
    }
}

impl Subscription {
    /// To events of all types.
    pub fn to(pattern: Pattern) -> Self {
        Self { pattern, types: BTreeSet::new() }
    }
}
