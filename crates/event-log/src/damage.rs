//! Items that something other than tablecast wrote or changed.

use std::fmt;

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
