//! The latest appends of a channel that may not be delivered.

use crate::batch::BatchId;
use crate::damage::DamagedItem;
use crate::item::Item;
use crate::timing::may_be_undelivered;

#[derive(Debug, Default)]
pub(crate) struct Undelivered(Vec<Append>);

/// An item, or several that were not read.
#[derive(Debug, Clone, Copy)]
struct Append {
    first: u64,
    appended_at: i64,
    /// None if it is not known.
    batch: Option<BatchId>,
}

impl Undelivered {
    pub fn add(&mut self, item: &Item, appended_at: i64) {
        self.0.push(Append { first: item.first_offset(), appended_at, batch: Some(item.batch()) });
    }

    /// Adds items from an offset on that others appended, and that were not read.
    pub fn add_unread(&mut self, first: u64, now: i64) {
        self.0.push(Append { first, appended_at: now, batch: None });
    }

    /// Adds what may not have been delivered when an item was appended, and is not read.
    pub fn add_unread_before(&mut self, item: &Item) {
        if item.delivered_to + 1 < item.first_offset() {
            self.add_unread(item.delivered_to + 1, item.appended_at);
        }
    }

    /// Nobody knows when and by whom it was appended, so it may still be on its way to clients.
    pub fn add_damaged(&mut self, damaged: &DamagedItem, now: i64) {
        if let Some(first) = damaged.first_offset().filter(|first| *first > 0) {
            self.add_unread(first, now);
        }
    }

    /// Forgets what is delivered: everything up to an offset, as the end item of an epoch records.
    pub fn confirm(&mut self, delivered_to: u64, last_offset: u64) {
        let unread = |append: &&mut Append| append.batch.is_none() && append.first <= delivered_to;
        self.0.iter_mut().filter(unread).for_each(|append| append.first = delivered_to + 1);
        self.0.retain(|append| (delivered_to + 1..=last_offset).contains(&append.first));
    }

    /// Forgets what the beginning of a writer's batch proves to be delivered.
    pub fn prune(&mut self, own: BatchId, now: i64) {
        let all = std::mem::take(&mut self.0);
        self.0 = all.iter().filter(|append| is_undelivered(append, &all, own, now)).copied().collect();
    }

    /// The offset up to which every event is delivered, if the channel ends at `last_offset`.
    pub fn delivered_to(&self, own: BatchId, last_offset: u64, now: i64) -> u64 {
        self.least(|append| is_undelivered(append, &self.0, own, now), last_offset)
    }

    /// The same, once the writer's own batch is delivered.
    pub fn delivered_with(&self, own: BatchId, last_offset: u64, now: i64) -> u64 {
        let is_own = |append: &Append| append.batch.is_some_and(|batch| batch.writer_id == own.writer_id);
        self.least(|append| !is_own(append) && is_undelivered(append, &self.0, own, now), last_offset)
    }

    fn least(&self, is_undelivered: impl Fn(&Append) -> bool, last_offset: u64) -> u64 {
        let undelivered = self.0.iter().filter(|append| is_undelivered(append));
        undelivered.map(|append| append.first - 1).min().unwrap_or(last_offset)
    }
}

/// A later batch of the same writer proves that an append is delivered.
fn is_undelivered(append: &Append, all: &[Append], own: BatchId, now: i64) -> bool {
    let later = all.iter().filter_map(|append| append.batch).chain([own]);
    let is_proven = append.batch.is_some_and(|batch| later.into_iter().any(|later| batch.is_before(later)));
    may_be_undelivered(append.appended_at, now) && !is_proven
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::WriterId;

    const NOW: i64 = 1_800_000_000_000;

    fn own() -> BatchId {
        BatchId { writer_id: WriterId::new(), seq: 2 }
    }

    fn append(first: u64, batch: BatchId) -> Append {
        Append { first, appended_at: NOW, batch: Some(batch) }
    }

    #[test]
    fn a_recorded_end_shows_what_is_delivered_of_items_that_were_not_read() {
        for (recorded, expected) in [(0, 2), (2, 2), (5, 5), (10, 10)] {
            let mut undelivered = Undelivered::default();
            undelivered.add_unread(3, NOW);
            undelivered.confirm(recorded, 10);
            assert_eq!(undelivered.delivered_to(own(), 10, NOW), expected, "{recorded}");
        }
    }

    #[test]
    fn a_recorded_end_forgets_the_items_up_to_it_and_after_the_end_of_the_channel() {
        let mut undelivered = Undelivered((1..=4).map(|first| append(first, own())).collect());
        undelivered.confirm(1, 3);
        assert_eq!(undelivered.0.iter().map(|append| append.first).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn a_later_batch_forgets_the_earlier_one_of_its_writer() {
        let (own, other) = (own(), own());
        let mut undelivered = Undelivered(vec![append(1, own), append(2, other)]);
        undelivered.prune(BatchId { seq: 3, ..own }, NOW);
        assert_eq!(undelivered.0.iter().map(|append| append.first).collect::<Vec<_>>(), [2]);
    }
}
