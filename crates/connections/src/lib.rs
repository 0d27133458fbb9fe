//! The connections table: the open connections and their subscriptions.
//!
//! A connection with n subscriptions has 1 + 2n items, written and deleted in transactions:
//!
//! | pk                       | sk                       | item                                                 |
//! |--------------------------|--------------------------|------------------------------------------------------|
//! | `connection#<id>`        | `connection`             | the connection                                       |
//! | `connection#<id>`        | `subscription#<pattern>` | one of its subscriptions                             |
//! | `subscription#<pattern>` | `connection#<id>`        | the mirror: one Query finds a pattern's subscribers  |
//! | `subscription#<pattern>` | `channel`                | the channel of that pattern is fanned out            |
//! | `fanout#<00>`            | `<source>`               | an entry of the list of these channels               |
//! | `fanout#workers`         | `<hash>#<part>`          | a live worker                                        |
//! | `quota#<name>`           | `quota`                  | a token bucket                                       |
//!
//! The connection's own item has a `revision`, so that changes of one connection follow each other.
//!
//! # Layout
//! - `connections`: the handle of the table
//! - `open`, `find`, `change`, `delete`: a connection from its start to its end
//! - `subscribers`: the connections that subscribed to a pattern; `paging`: how a long read spares its partition
//! - `fan_out`: the channels that `fanout` pushes
//! - `quota`: token buckets that all processes share
//! - `model`: connections and subscriptions; `item`: their items; `damaged`: items that cannot be read
//! - `fields`: the attributes of an item
//! - `write`: writes of a transaction

mod change;
mod connections;
mod damaged;
mod delete;
mod fan_out;
mod fields;
mod find;
mod item;
mod model;
mod open;
mod paging;
mod quota;
mod subscribers;
mod write;

pub use change::{Change, ChangeError};
pub use connections::Connections;
pub use fan_out::{LISTS, Part, Run, WorkerReport};
pub use model::{Connection, Identity, LIFETIME_SECONDS, Session, Subscriber, Subscription};
pub use open::{MAX_PATTERNS, OpenError};
pub use quota::Quota;
pub use subscribers::LookUp;
