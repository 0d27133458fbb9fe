use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;

use crate::model::{Connection, Identity, Listener, Subscription};

/// All three kinds of item: they differ in their keys, and in what each says more.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Item {
    pub pk: String,
    pub sk: String,
    pub connected_at: i64,
    /// From when on DynamoDB may remove it (TTL). Not when its token expires: who is to be closed must be found.
    pub expires_at: i64,
    /// When nothing may be pushed any more; at the latest when it may be removed.
    pub ends_at: i64,
    /// Of the connection's own item, and of mirrors: whoever pushes reads only these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// Of a subscription and its mirror: the only types that are wanted; all, if there is none.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub types: BTreeSet<String>,
    /// Of the connection's own item: grows with each change of its subscriptions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    #[serde(flatten)]
    pub identity: Option<Identity>,
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
    pub fn connection(connection: &Connection, revision: u64) -> Self {
        let item = Self::new(connection, connection_key(&connection.id), CONNECTION.to_owned());
        let identity = connection.identity.clone();
        Self { protocol: Some(connection.protocol), revision: Some(revision), identity, ..item }
    }

    /// What goes when the connection goes, and the mirror: who listens, found by one Query.
    pub fn pair(connection: &Connection, subscription: &Subscription) -> [Self; 2] {
        let (id, pattern) = (connection_key(&connection.id), subscription_key(&subscription.pattern));
        let own =
            Self { types: subscription.types.clone(), ..Self::new(connection, id.clone(), pattern.clone()) };
        let mirror = Self { types: subscription.types.clone(), ..Self::new(connection, pattern, id) };
        [own, Self { protocol: Some(connection.protocol), ..mirror }]
    }

    fn new(connection: &Connection, pk: String, sk: String) -> Self {
        Self {
            pk,
            sk,
            connected_at: connection.connected_at,
            expires_at: connection.is_gone_at(),
            ends_at: connection.ends_at(),
            protocol: None,
            types: BTreeSet::new(),
            revision: None,
            identity: None,
        }
    }

    /// What a mirror says; nothing if the item is not a mirror.
    pub fn into_listener(self) -> Option<Listener> {
        let id = self.sk.strip_prefix(CONNECTION_PREFIX)?.to_owned();
        let Self { connected_at, ends_at, protocol, types, .. } = self;
        Some(Listener { id, connected_at, ends_at, protocol: protocol.unwrap_or_default(), types })
    }

    /// What a subscription's own item says; nothing if the item is another.
    pub fn into_subscription(self) -> Option<Subscription> {
        let pattern = Pattern::parse(self.sk.strip_prefix(SUBSCRIPTION_PREFIX)?).ok()?;
        Some(Subscription { pattern, types: self.types })
    }
}
