use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::Client;

use crate::tail::Tail;

/// The logs of all pipes.
#[derive(Debug, Clone)]
pub struct Logs {
    pub(crate) client: Client,
    pub(crate) table: String,
    /// By pipe: the end of the log after this process's last batch.
    tails: Arc<Mutex<HashMap<String, Tail>>>,
}

impl Logs {
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into(), tails: Arc::default() }
    }

    pub(crate) fn tails(&self) -> MutexGuard<'_, HashMap<String, Tail>> {
        self.tails.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
