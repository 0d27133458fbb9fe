//! A record that succeeded leaves its place, and one that fails stays there.

use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use tablecast_aws::StorageError;

use crate::error::RedriveError;
use crate::fate::Fate;
use crate::redrive::Redrive;
use crate::report::Outcome;
use crate::work::Work;

/// Writes of the table at once.
const WRITES: usize = 8;

impl<I> Redrive<I> {
    /// Removes records from their places, or gives them their new reasons. Returns what became of each.
    pub(crate) async fn settle(
        &self,
        work: &mut Work,
        fates: &[(usize, Fate)],
    ) -> Result<Vec<Outcome>, RedriveError> {
        let changed = self.settle_entries(work, fates).await?;
        let mut outcomes = Vec::new();
        for (index, fate) in fates {
            for letter in work.records[*index].letters.clone() {
                work.letters[letter].open -= 1;
                self.settle_letter(work, letter).await?;
            }
            outcomes.push(match fate {
                Fate::Rejected(_) => Outcome::Rejected,
                _ if changed.contains(index) => Outcome::Changed,
                Fate::Events(events, _) if events.is_empty() => Outcome::Unmatched,
                _ => Outcome::Redriven,
            });
        }
        Ok(outcomes)
    }

    /// Records of one item leave in the order of its changes. Otherwise a run that is killed could leave the first one to
    /// be delivered last. Returns those that changed in the table meanwhile.
    async fn settle_entries(&self, work: &Work, fates: &[(usize, Fate)]) -> Result<Vec<usize>, StorageError> {
        let mut items: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (index, fate) in fates {
            items.entry(work.records[*index].item()).or_default().push((*index, fate));
        }
        let settling = items.into_values().map(|changes| self.settle_item(work, changes));
        stream::iter(settling).buffer_unordered(WRITES).try_concat().await
    }

    async fn settle_item(
        &self,
        work: &Work,
        changes: Vec<(usize, &Fate)>,
    ) -> Result<Vec<usize>, StorageError> {
        let mut changed = Vec::new();
        for (index, fate) in changes {
            if !self.settle_entry(work, index, fate).await? {
                changed.push(index);
            }
        }
        Ok(changed)
    }

    async fn settle_entry(&self, work: &Work, index: usize, fate: &Fate) -> Result<bool, StorageError> {
        let Some(entry) = &work.records[index].entry else { return Ok(true) };
        match fate {
            Fate::Rejected(cause) => self.table.keep(entry, &cause.path, &cause.reason).await,
            _ => self.table.remove(entry).await,
        }
    }

    /// Deletes a dead letter after its last record. One that lacks records, or is unread, stays.
    pub(crate) async fn settle_letter(&self, work: &mut Work, index: usize) -> Result<(), RedriveError> {
        let letter = &work.letters[index];
        if letter.open > 0 || letter.lacks_records || letter.unread.is_some() {
            return Ok(());
        }
        self.delete_letter(work, index).await
    }

    pub(crate) async fn delete_letter(&self, work: &mut Work, index: usize) -> Result<(), RedriveError> {
        let id = &work.letters[index].id;
        if let Some((queue, receipt)) = work.hold.of(id) {
            queue.delete(&receipt).await?;
            work.hold.remove(id);
            work.summary.letters_removed += 1;
        }
        Ok(())
    }
}
