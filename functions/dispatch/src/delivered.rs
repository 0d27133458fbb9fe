use std::collections::BTreeSet;

use crate::failure::FailedChannel;
use crate::publish::Published;
use crate::push::Pushed;

/// The results of the deliveries of a batch.
#[derive(Debug, Default)]
pub struct Delivered {
    pub published: Published,
    pub pushed: Pushed,
    /// eventIDs of the rejected records that were not stored.
    pub not_stored: BTreeSet<String>,
    /// Channels whose events were sent, but whose ends are not recorded.
    pub unrecorded: Vec<FailedChannel>,
}

impl Delivered {
    /// The sources of the channels whose records the pipe must send again.
    pub fn failed_sources(&self) -> BTreeSet<&str> {
        self.pushed.failed.iter().chain(&self.unrecorded).map(|channel| &*channel.source).collect()
    }
}
