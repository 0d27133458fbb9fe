//! Items that something other than tablecast wrote or changed.

use std::fmt;
use std::sync::atomic::Ordering;

use crate::logs::Logs;

/// An item that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedItem {
    pub pk: String,
    pub sk: String,
    pub reason: String,
}

impl fmt::Display for DamagedItem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} / {}: {}", self.pk, self.sk, self.reason)
    }
}

impl Logs {
    /// Returns how many damaged items this process has read since the last call.
    pub fn take_damaged(&self) -> usize {
        self.damaged.swap(0, Ordering::Relaxed)
    }

    /// Logs a damaged item, and counts it.
    pub(crate) fn report(&self, damaged: &DamagedItem) {
        self.damaged.fetch_add(1, Ordering::Relaxed);
        let DamagedItem { pk, sk, reason } = damaged;
        let table = &self.table;
        tracing::error!(
            table,
            pk,
            sk,
            reason,
            "skipped a damaged item of the log: clients that need its events receive recovered: false"
        );
    }
}
