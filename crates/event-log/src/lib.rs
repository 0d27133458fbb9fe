//! The log's table: the events of each pipe, in order, until their time is over.
//!
//! | pk       | sk                                | what it is                                          |
//! |----------|-----------------------------------|-----------------------------------------------------|
//! | `<pipe>` | `00000000000000000000`            | the origin: the log's epoch, before the first event |
//! | `<pipe>` | the first offset, 20 digits       | events in a row: compressed, with their count       |
//!
//! An append writes where the last item ends, unless something is there: of two at once, one wins. So offsets have no
//! holes, and no offset is given twice. docs/adr/0014 says why each rule is as it is.
//!
//! # Layout
//! - `append`, `end`, `resume`: what can be done with a log
//! - `walk`: everything, for operators
//! - `tail`: what an appender knows of a log's end
//! - `item`: the items; `table`: how they are read and written; `error`: what can go wrong

mod append;
mod block;
mod end;
mod error;
mod item;
mod resume;
mod table;
mod tail;
mod timing;
mod walk;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;

pub use append::{Appended, Entry};
pub use block::EVENT_BYTES;
pub use error::{AppendError, StorageError};
pub use resume::{MOST_REPLAYED_BYTES, Placed, Replay};
pub use timing::PUSHING;
pub use walk::Walk;

use crate::tail::Tail;

/// The logs of all pipes.
#[derive(Debug, Clone)]
pub struct Logs {
    client: Client,
    table: String,
    /// By pipe: as this process left it.
    tails: Arc<Mutex<HashMap<String, Tail>>>,
}

impl Logs {
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into(), tails: Arc::default() }
    }
}
