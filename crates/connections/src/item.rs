use serde::{Deserialize, Serialize};
use tablecast_pipeline::subject::Pattern;

/// API Gateway: a connection lives two hours at most. Ten minutes more, for clocks that differ.
pub const LIFETIME_SECONDS: i64 = 2 * 3600 + 600;

/// A WebSocket connection as it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub id: String,
    /// The WebSocket sub-protocol that its frames follow.
    pub protocol: String,
    /// Milliseconds since the epoch, by API Gateway's clock.
    pub connected_at: i64,
}

/// A connection that listens to a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    pub id: String,
    /// Milliseconds since the epoch.
    pub connected_at: i64,
    /// Seconds since the epoch: by then API Gateway has ended the connection.
    pub expires_at: i64,
}

/// All three kinds of item: they differ in their keys, and in what the connection's own says more.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Item {
    pub pk: String,
    pub sk: String,
    /// Of the connection's own item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    pub connected_at: i64,
    pub expires_at: i64,
}

pub(crate) const CONNECTION: &str = "connection";
const CONNECTION_PREFIX: &str = "connection#";
const SUBSCRIPTION_PREFIX: &str = "subscription#";

pub(crate) fn connection_key(id: &str) -> String {
    format!("{CONNECTION_PREFIX}{id}")
}

pub(crate) fn subscription_key(pattern: &Pattern) -> String {
    format!("{SUBSCRIPTION_PREFIX}{pattern}")
}

impl Item {
    pub fn connection(connection: &Connection) -> Self {
        let item = Self::new(connection, connection_key(&connection.id), CONNECTION.to_owned());
        Self { protocol: Some(connection.protocol.clone()), ..item }
    }

    pub fn subscription(connection: &Connection, pattern: &Pattern) -> Self {
        Self::new(connection, connection_key(&connection.id), subscription_key(pattern))
    }

    pub fn mirror(connection: &Connection, pattern: &Pattern) -> Self {
        Self::new(connection, subscription_key(pattern), connection_key(&connection.id))
    }

    fn new(connection: &Connection, pk: String, sk: String) -> Self {
        Self {
            pk,
            sk,
            protocol: None,
            connected_at: connection.connected_at,
            expires_at: connection.connected_at / 1000 + LIFETIME_SECONDS,
        }
    }

    /// What a mirror says; nothing if the item is not a mirror.
    pub fn into_listener(self) -> Option<Listener> {
        let id = self.sk.strip_prefix(CONNECTION_PREFIX)?.to_owned();
        Some(Listener { id, connected_at: self.connected_at, expires_at: self.expires_at })
    }
}
