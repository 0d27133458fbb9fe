//! The records that wait in the table of rejected records.

use tablecast_aws::StorageError;
use tablecast_rejected::{RejectedRecord, RejectedRecords};

use crate::redrive::Redrive;
use crate::selection::{Kind, Selection};

impl<I> Redrive<I> {
    /// Reads the records that are wanted.
    pub(crate) async fn rejected(&self, selection: &Selection) -> Result<RejectedRecords, StorageError> {
        if !selection.has_kind(Kind::Rejected) {
            return Ok(RejectedRecords::default());
        }
        let is_wanted =
            |record: &RejectedRecord| selection.has(&record.id, record.at * 1000, &record.cause.to_string());
        self.table.list(&selection.pipes, is_wanted).await
    }
}
