use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;

use crate::damaged::DamagedItem;
use crate::model::{Connection, Identity, Subscriber, Subscription};

/// An item of any of the three kinds. They differ in their keys and in the optional attributes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    pub pk: String,
    pub sk: String,
    pub connected_at: i64,
    /// Seconds since the epoch: DynamoDB may delete the item from then on (TTL). It may be later than
    /// `ends_at`, because `dispatch` must find the connections that it has to close.
    pub expires_at: i64,
    /// Seconds since the epoch: the connection receives nothing from then on. Never later than `expires_at`.
    pub ends_at: i64,
    /// Only in the connection's own item and in mirrors, which are what `dispatch` reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// Only in a subscription and its mirror: the wanted event types. Empty means all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub types: BTreeSet<String>,
    /// Only in the connection's own item: grows with each change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// Only in the own item of a refused connection: the reason, as JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
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

    /// A subscription and its mirror.
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
            expires_at: connection.latest_end(),
            ends_at: connection.ends_at(),
            protocol: None,
            types: BTreeSet::new(),
            revision: None,
            refusal: None,
            identity: None,
        }
    }

    /// None if the item is not a mirror.
    pub fn into_subscriber(self) -> Option<Subscriber> {
        let id = self.sk.strip_prefix(CONNECTION_PREFIX)?.to_owned();
        let Self { connected_at, ends_at, protocol, types, .. } = self;
        let protocol = protocol.unwrap_or_default();
        Some(Subscriber { id, connected_at, ends_at, protocol, types, is_damaged: false })
    }

    /// None if the item is not a subscription's own.
    pub fn into_subscription(self) -> Option<Subscription> {
        let pattern = Pattern::parse(self.sk.strip_prefix(SUBSCRIPTION_PREFIX)?).ok()?;
        Some(Subscription { pattern, types: self.types })
    }
}

impl DamagedItem {
    /// None if the item is not a mirror.
    pub fn into_subscriber(self) -> Option<Subscriber> {
        let id = self.sk.strip_prefix(CONNECTION_PREFIX)?.to_owned();
        let (protocol, types) = Default::default();
        Some(Subscriber {
            id,
            connected_at: self.connected_at,
            ends_at: 0,
            protocol,
            types,
            is_damaged: true,
        })
    }
}
