use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;

/// API Gateway: a connection lives two hours at most. Ten minutes more, for clocks that differ.
pub const LIFETIME_SECONDS: i64 = 2 * 3600 + 600;

/// A WebSocket connection, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub id: String,
    /// How its frames are written.
    pub protocol: Protocol,
    /// Milliseconds since the epoch, by API Gateway's clock.
    pub connected_at: i64,
    /// None where no token is needed.
    pub identity: Option<Identity>,
}

/// What the token of a connection says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The token's `sub`.
    pub principal: String,
    /// The JSON text of all claims.
    pub claims: String,
    /// The token's `exp`: seconds since the epoch.
    pub token_expires_at: i64,
}

/// A connection's interest in a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub pattern: Pattern,
    /// The only event types that are wanted; all, if there is none.
    pub types: BTreeSet<String>,
}

/// A connection as the table knows it at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub connection: Connection,
    pub subscriptions: Vec<Subscription>,
    /// Which of the connection's states this is: a change is made to this one, or not at all.
    pub(crate) revision: u64,
}

/// A connection that listens to a pattern, as whoever pushes sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    pub id: String,
    /// Milliseconds since the epoch.
    pub connected_at: i64,
    /// Seconds since the epoch: from then on nothing may be pushed, and the connection is to be closed.
    pub ends_at: i64,
    pub protocol: Protocol,
    /// The only event types that are wanted; all, if there is none.
    pub types: BTreeSet<String>,
}

impl Connection {
    /// When it ends, in seconds since the epoch: by its token, or at the latest by API Gateway.
    pub fn ends_at(&self) -> i64 {
        let cut = self.is_gone_at();
        self.identity.as_ref().map_or(cut, |identity| cut.min(identity.token_expires_at))
    }

    /// By when API Gateway has ended it, in seconds since the epoch.
    pub(crate) fn is_gone_at(&self) -> i64 {
        self.connected_at / 1000 + LIFETIME_SECONDS
    }
}

impl Session {
    /// As it is when it begins.
    pub fn new(connection: Connection, subscriptions: Vec<Subscription>) -> Self {
        Self { connection, subscriptions, revision: 0 }
    }
}

impl Subscription {
    /// To events of all types.
    pub fn to(pattern: Pattern) -> Self {
        Self { pattern, types: BTreeSet::new() }
    }
}
