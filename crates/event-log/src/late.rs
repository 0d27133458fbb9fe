//! Finds the events of an append that are late: the log has a later change of their subject.

use std::time::Duration;

use tablecast_aws::StorageError;
use tokio::time::timeout;

use crate::destination::Destination;
use crate::evidence::Evidence;
use crate::incoming::Incoming;
use crate::item::{Item, ItemResult};
use crate::logs::Logs;
use crate::table::Range;
use crate::tail::Tail;

/// Items that one search reads at most.
const MAX_ITEMS: usize = 1000;

/// Bytes of the compressed items that one search reads at most.
const MAX_READ_BYTES: usize = 1024 * 1024;

/// Items of one page.
const PAGE: i32 = 100;

/// The longest time of one search.
const TIME: Duration = Duration::from_secs(1);

impl Logs {
    /// Marks the late events among those that are not in the log. Reads nothing if all of them are in order.
    ///
    /// An event stays unmarked, and is counted, if the search does not reach back to its time: a client must not
    /// drop news, and can compare `sequence` itself.
    pub(crate) async fn mark_late(&self, to: Destination<'_>, tail: &Tail, incoming: &mut Incoming<'_>) {
        let Destination { pipe, source, .. } = to;
        let checked_to = std::mem::replace(&mut incoming.checked_to, tail.last_offset);
        let suspects = incoming.suspects(pipe, tail);
        if suspects.is_empty() || checked_to >= tail.last_offset {
            return;
        }
        // The copies of a new suspect can be anywhere.
        let after = if suspects.iter().all(|event| event.copies.is_some()) { checked_to } else { 0 };
        let mut evidence = Evidence::new(suspects);
        let search = self.search(pipe, source, (after, tail.last_offset), &mut evidence);
        let reason = match timeout(TIME, search).await {
            Ok(Ok(is_complete)) => return evidence.decide(is_complete),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the log was not read in time".to_owned(),
        };
        evidence.decide(false);
        tracing::warn!(source, reason, "could not find out which events are late: they are not marked");
    }

    /// Reads back from the second offset to the first, or to the time of the oldest suspect. Returns whether it
    /// reached that.
    async fn search(
        &self,
        pipe: &str,
        source: &str,
        (after, end): (u64, u64),
        evidence: &mut Evidence<'_, '_>,
    ) -> Result<bool, StorageError> {
        let (oldest, mut items, mut bytes) = (evidence.oldest(), 0, 0);
        let more = |found: &ItemResult| {
            items += 1;
            bytes += found.as_ref().map_or(0, Item::stored_bytes);
            let is_reached = found.as_ref().is_ok_and(|item| is_start(item, after, oldest));
            !is_reached && items < MAX_ITEMS && bytes < MAX_READ_BYTES
        };
        let found = self.read_events(source, Range::BackFrom(end), PAGE, more).await?;
        let mut is_complete = matches!(found.last(), Some(Ok(item)) if is_start(item, after, oldest));
        for found in found {
            let added = match found {
                Ok(item) if item.pipe == pipe => {
                    evidence.add(&item).inspect_err(|damaged| self.report(damaged))
                }
                other => other.map(|_| ()),
            };
            if added.is_err() {
                evidence.add_damaged();
                is_complete = false;
            }
        }
        Ok(is_complete)
    }
}

/// Returns whether no item before this one matters. The first item of a channel has the offset 1.
fn is_start(item: &Item, after: u64, oldest: i64) -> bool {
    item.first_offset() <= after + 1 || item.is_before(oldest)
}
