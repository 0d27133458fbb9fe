//! A record that succeeded leaves its place, and one that fails stays there.

use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use tablecast_aws::StorageError;

use crate::error::RedriveError;
use crate::outcome::Outcome;
use crate::record_result::{Attempted, RecordResult};
use crate::redrive::Redrive;
use crate::work::Work;

/// Writes of the table at once.
const WRITES: usize = 8;

impl<I> Redrive<I> {
    /// Removes records from their places, or gives them their new reasons. Returns what became of each.
    pub(crate) async fn apply(
        &self,
        work: &mut Work,
        results: &[Attempted],
    ) -> Result<Vec<Outcome>, RedriveError> {
        let changed = self.apply_rejected(work, results).await?;
        let mut outcomes = Vec::new();
        for Attempted { record, result } in results {
            for letter in work.records[*record].letters.clone() {
                work.letters[letter].open -= 1;
                self.apply_letter(work, letter).await?;
            }
            outcomes.push(outcome(result, changed.contains(record)));
        }
        Ok(outcomes)
    }

    /// Records of one item leave in the order of its changes. Otherwise a run that is killed could leave the first one to
    /// be delivered last. Returns those that changed in the table meanwhile.
    async fn apply_rejected(&self, work: &Work, results: &[Attempted]) -> Result<Vec<usize>, StorageError> {
        let mut items: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for attempted in results {
            items.entry(work.records[attempted.record].item()).or_default().push(attempted);
        }
        let applying = items.into_values().map(|changes| self.apply_item(work, changes));
        stream::iter(applying).buffer_unordered(WRITES).try_concat().await
    }

    async fn apply_item(&self, work: &Work, changes: Vec<&Attempted>) -> Result<Vec<usize>, StorageError> {
        let mut changed = Vec::new();
        for attempted in changes {
            if !self.apply_result(work, attempted).await? {
                changed.push(attempted.record);
            }
        }
        Ok(changed)
    }

    /// Returns false if the record changed in the table since it was read.
    async fn apply_result(&self, work: &Work, attempted: &Attempted) -> Result<bool, StorageError> {
        let Some(rejected) = &work.records[attempted.record].rejected else { return Ok(true) };
        match &attempted.result {
            RecordResult::Rejected(cause) => self.table.set_cause(rejected, cause).await,
            _ => self.table.remove(rejected).await,
        }
    }

    /// Deletes a dead letter after its last record. One that lacks records, or is unread, stays.
    pub(crate) async fn apply_letter(&self, work: &mut Work, index: usize) -> Result<(), RedriveError> {
        let letter = &work.letters[index];
        if letter.open > 0 || letter.lacks_records || letter.unread.is_some() {
            return Ok(());
        }
        self.delete_letter(work, index).await
    }

    pub(crate) async fn delete_letter(&self, work: &mut Work, index: usize) -> Result<(), RedriveError> {
        let id = &work.letters[index].id;
        if let Some((queue, receipt)) = work.hidden.of(id) {
            queue.delete(&receipt).await?;
            work.hidden.remove(id);
            work.summary.letters_removed += 1;
        }
        Ok(())
    }
}

/// A record that is still rejected stays anyway, whether it changed or not.
fn outcome(result: &RecordResult, is_changed: bool) -> Outcome {
    match result.outcome(Outcome::Redriven).unwrap_or(Outcome::Failed) {
        Outcome::Rejected => Outcome::Rejected,
        _ if is_changed => Outcome::Changed,
        outcome => outcome,
    }
}
