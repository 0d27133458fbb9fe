use std::collections::BTreeSet;

use crate::failed_channel::FailedChannel;
use crate::publish::Published;
use tablecast_push::Counts;

/// The results of the deliveries of a batch.
#[derive(Debug, Default)]
pub struct Delivered {
    pub published: Published,
    pub pushed: Counts,
    /// eventIDs of the rejected records that were not stored.
    pub not_stored: BTreeSet<String>,
    /// Channels whose events were sent, but whose ends are not recorded.
    pub unrecorded: Vec<FailedChannel>,
}
