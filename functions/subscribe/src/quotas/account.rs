use sha2::{Digest, Sha256};
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

    /// The name for logs. A principal is a claim of a token, which no log has: its hash is the same in every line.
    pub fn name_for_logs(&self) -> String {
        match self {
            Self::Principal(name) => format!("principal#{}", short_hash(name)),
            _ => self.name(),
        }
    }
}

/// The first 16 hexadecimal digits of the SHA-256 hash, as `sha256sum | cut -c1-16` prints them.
fn short_hash(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_the_hash_of_a_principal() {
        let principal = |name: &str| Account::Principal(name.to_owned()).name_for_logs();
        assert_eq!(principal("ada"), "principal#fdee430d40bd57de");
        assert_ne!(principal("https://login.example.com/ ada"), principal("ada"));
        assert_eq!(Account::Address("192.0.2.1".to_owned()).name_for_logs(), "address#192.0.2.1");
    }
}
