//! The channels that the last batch left to `fanout`. This is a guess about the next batch, which decides what is read
//! first and never what is sent.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tablecast_protocol::channel::Channel;

#[derive(Debug, Default)]
pub struct FannedOut(Mutex<BTreeSet<String>>);

impl FannedOut {
    pub fn contains(&self, source: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(source)
    }

    /// Replaces the channels of the batch before.
    pub fn remember(&self, sources: &BTreeSet<String>) {
        let channels = sources.iter().filter(|source| Channel::of_source(source).is_some());
        let channels = channels.cloned().collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = channels;
    }
}
