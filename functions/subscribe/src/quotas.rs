//! Quotas for the bytes that resumes read from the logs, over all connections and processes.
//!
//! A read pays page by page, and ends when a quota is used up. A usual resume needs no request for it, because each
//! process has a small credit.
//!
//! # Layout
//! - `account`: what has a quota, and how much
//! - `credits`: the bytes that this process may still read
//! - `reading`: one read of a log

mod account;
mod credits;
mod reading;

use std::sync::{Arc, Mutex, MutexGuard};

use tablecast_aws::{StorageError, now_in_milliseconds};
use tablecast_connections::Connections;
use tokio::sync::Semaphore;

pub use account::Account;
use credits::{Credits, Debit};
pub use reading::Reading;

use crate::limits::RESUMES_AT_ONCE;

/// Made once for each process.
pub struct Quotas {
    connections: Connections,
    credits: Mutex<Credits>,
    /// Permits for reads that are longer than usual. All messages of the process share its memory.
    long_reads: Arc<Semaphore>,
}

impl Quotas {
    pub fn new(connections: Connections) -> Self {
        let long_reads = Arc::new(Semaphore::new(RESUMES_AT_ONCE));
        Self { connections, credits: Mutex::default(), long_reads }
    }

    /// Returns whether this process knows that a quota is used up.
    fn is_used_up(&self, account: &Account) -> bool {
        self.credits().is_blocked(account, now_in_milliseconds())
    }

    /// Returns false if the quota is used up.
    async fn pay(&self, account: &Account, bytes: usize) -> Result<bool, StorageError> {
        let now = now_in_milliseconds();
        let debit = self.credits().debit(account, bytes, now);
        let bought = match debit {
            Debit::Paid => return Ok(true),
            Debit::Blocked => return Ok(false),
            Debit::Buy(bytes) => bytes,
        };
        let is_sold = self.connections.take_quota(&account.name(), account.quota(), bought, now).await?;
        if !is_sold {
            self.credits().block(account, now);
        }
        Ok(is_sold)
    }

    fn credits(&self) -> MutexGuard<'_, Credits> {
        self.credits.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
