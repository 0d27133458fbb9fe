//! What succeeded leaves its place, and what fails stays there.

use tablecast_aws::StorageError;

use crate::error::RedriveError;
use crate::fate::Fate;
use crate::redrive::Redrive;
use crate::report::Outcome;
use crate::work::Work;

impl<I> Redrive<I> {
    /// Removes a record from its places, or gives it its new reason.
    pub(crate) async fn settle(
        &self,
        work: &mut Work,
        index: usize,
        fate: &Fate,
    ) -> Result<Outcome, RedriveError> {
        let is_unchanged = self.settle_entry(work, index, fate).await?;
        for letter in work.records[index].letters.clone() {
            work.letters[letter].open -= 1;
            self.settle_letter(work, letter).await?;
        }
        Ok(match fate {
            _ if !is_unchanged => Outcome::Changed,
            Fate::Rejected(_) => Outcome::Rejected,
            Fate::Events(events, _) if events.is_empty() => Outcome::Unmatched,
            _ => Outcome::Redriven,
        })
    }

    async fn settle_entry(&self, work: &Work, index: usize, fate: &Fate) -> Result<bool, StorageError> {
        let Some(entry) = &work.records[index].entry else { return Ok(true) };
        match fate {
            Fate::Rejected(cause) => self.table.keep(entry, &cause.path, &cause.reason).await,
            _ => self.table.remove(entry).await,
        }
    }

    /// Deletes a dead letter after its last record. One that lacks records stays.
    pub(crate) async fn settle_letter(&self, work: &mut Work, index: usize) -> Result<(), RedriveError> {
        let letter = &work.letters[index];
        if letter.open > 0 || letter.lacks_records {
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
