//! The connections table: who is connected, and who listens to which pattern.
//!
//! A connection is up to 1 + 2n items, all written in one transaction and removed in transactions:
//!
//! | pk                       | sk                       | what it is for                        |
//! |--------------------------|--------------------------|---------------------------------------|
//! | `connection#<id>`        | `connection`             | the connection itself                 |
//! | `connection#<id>`        | `subscription#<pattern>` | all that must go when it goes         |
//! | `subscription#<pattern>` | `connection#<id>`        | the mirror: who listens, by one Query |
//!
//! # Layout
//! - `item`: the items
//! - `open`, `forget`, `listeners`: what can be done with them
//! - `error`: what can go wrong

mod error;
mod forget;
mod item;
mod listeners;
mod open;

use aws_sdk_dynamodb::Client;

pub use error::{OpenError, StorageError};
pub use item::{Connection, LIFETIME_SECONDS, Listener};
pub use open::MAX_PATTERNS;

/// DynamoDB: at most 100 items in one transaction.
const MAX_TRANSACTION: usize = 100;

#[derive(Debug, Clone)]
pub struct Connections {
    client: Client,
    table: String,
}

impl Connections {
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}
