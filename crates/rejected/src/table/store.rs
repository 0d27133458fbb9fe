use tablecast_aws::{Provable, Proven, StorageError};

use super::RejectedTable;
use crate::item::items;
use crate::record::StoredRecord;

impl RejectedTable {
    /// Writes the items of a record.
    pub async fn store(&self, stored: &StoredRecord) -> Result<(), StorageError> {
        for item in items(stored) {
            let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
            let put = put.with_proof().send().await.map_err(|error| self.failed(error))?;
            put.proven(&self.table)?;
        }
        Ok(())
    }
}
