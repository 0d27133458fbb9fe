use tablecast_connections::{Quota, Session};

use crate::limits::{CHANNEL_QUOTA, PRINCIPAL_QUOTA};

/// The owner of a quota.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Account {
    Principal(String),
    /// The source address of a client without a token.
    Address(String),
    /// The source of a channel.
    Channel(String),
    /// A table of a pipe, and the value of a partition key.
    Partition(String),
}

impl Account {
    /// The account of a client. None if neither a token nor an address is known.
    pub fn of_client(session: &Session, address: Option<&str>) -> Option<Self> {
        match &session.connection.identity {
            Some(identity) => Some(Self::Principal(identity.principal.clone())),
            None => address.map(|address| Self::Address(address.to_owned())),
        }
    }

    /// The account of the clients that read the state of one partition.
    pub fn of_partition(table: &str, key: &str) -> Self {
        Self::Partition(format!("{table}/{key}"))
    }

    pub fn quota(&self) -> Quota {
        match self {
            Self::Principal(_) | Self::Address(_) => PRINCIPAL_QUOTA,
            Self::Channel(_) | Self::Partition(_) => CHANNEL_QUOTA,
        }
    }

    /// Returns whether the account pays for every byte. Otherwise, the first bytes of each read are always
    /// served: many clients share a channel, and can share an address, and return at once after an outage.
    pub fn is_strict(&self) -> bool {
        matches!(self, Self::Principal(_))
    }

    /// The name of the bucket.
    pub fn name(&self) -> String {
        match self {
            Self::Principal(name) => format!("principal#{name}"),
            Self::Address(address) => format!("address#{address}"),
            Self::Channel(source) => format!("channel#{source}"),
            Self::Partition(partition) => format!("partition#{partition}"),
        }
    }
}
