use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use tablecast_aws::StorageError;

use super::RejectedTable;
use crate::item::items;
use crate::record::StoredRecord;

impl RejectedTable {
    /// Writes the items of a record.
    pub async fn store(&self, stored: &StoredRecord) -> Result<(), StorageError> {
        for item in items(stored) {
            let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
            let put = put.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await;
            let response = put.map_err(|error| self.failed(error))?;
            // Every success has its cost. Without it, the record may not be stored.
            let missing = || StorageError::incomplete(&self.table, "ConsumedCapacity");
            response.consumed_capacity.ok_or_else(missing)?;
        }
        Ok(())
    }
}
