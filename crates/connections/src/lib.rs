//! The connections table: who is connected, and who listens to which pattern.
//!
//! A connection is up to 1 + 2n items, written and removed in transactions:
//!
//! | pk                       | sk                       | what it is for                        |
//! |--------------------------|--------------------------|---------------------------------------|
//! | `connection#<id>`        | `connection`             | the connection itself                 |
//! | `connection#<id>`        | `subscription#<pattern>` | all that must go when it goes         |
//! | `subscription#<pattern>` | `connection#<id>`        | the mirror: who listens, by one Query |
//!
//! The connection's own item has a `revision`: changes of one connection are made one after another.
//!
//! # Layout
//! - `model`: what is remembered; `item`: the items that it is kept in
//! - `open`, `find`, `change`, `forget`, `listeners`: what can be done with them
//! - `write`: the parts of a transaction; `error`: what can go wrong

mod change;
mod error;
mod find;
mod forget;
mod item;
mod listeners;
mod model;
mod open;
mod write;

use aws_sdk_dynamodb::Client;

pub use change::Change;
pub use error::{ChangeError, OpenError, StorageError};
pub use model::{Connection, Identity, LIFETIME_SECONDS, Listener, Session, Subscription};
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
