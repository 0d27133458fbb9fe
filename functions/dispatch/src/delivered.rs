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
    /// Events with the mark `late`.
    pub late: usize,
    /// Old events without the mark, because the log does not show whether they are late.
    pub undecided: usize,
    /// The sources of the channels that were left to `fanout` at once.
    pub fanned_out: BTreeSet<String>,
}

impl Delivered {
    /// Adds the results of other channels.
    pub fn add(&mut self, other: Self) {
        self.published.add(other.published);
        self.pushed.add(other.pushed);
        self.unrecorded.extend(other.unrecorded);
        self.late += other.late;
        self.undecided += other.undecided;
        self.fanned_out.extend(other.fanned_out);
    }

    /// The sources of the channels whose records the pipe must send again.
    pub fn failed_sources(&self) -> BTreeSet<&str> {
        self.pushed.failed.iter().chain(&self.unrecorded).map(|channel| &*channel.source).collect()
    }
}
