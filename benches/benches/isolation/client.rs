use std::collections::HashMap;

use tablecast_protocol::Protocol;

use crate::received::Received;
use crate::scenario::Behaviour;

/// The owner of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Tenants,
    Crowd,
    /// Clients whose events are not counted: they are not there, or do not take them.
    Others,
}

/// A connection, and what its client has.
#[derive(Debug, Clone)]
pub struct Client {
    pub group: Group,
    pub behaviour: Behaviour,
    pub protocol: Protocol,
    pub pattern: String,
    /// By the number of the subject.
    pub received: HashMap<usize, Received>,
}

impl Client {
    pub fn new(group: Group, behaviour: Behaviour, protocol: Protocol, pattern: &str) -> Self {
        let (pattern, received) = (pattern.to_owned(), HashMap::new());
        Self { group, behaviour, protocol, pattern, received }
    }
}
