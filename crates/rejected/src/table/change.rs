use std::error::Error;

use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem, Update};
use tablecast_aws::{CONDITION_FAILED, Fields, Provable, Proven, StorageError, is_cancelled};

use super::RejectedTable;
use crate::cause::Cause;
use crate::item::key;
use crate::record::RejectedRecord;

/// The record is the one that was read, and not that of a later rejection.
const UNCHANGED: &str = "#at = :at AND #reason = :reason";

impl RejectedTable {
    /// Deletes a record. Returns false if it changed since it was read, and then keeps it.
    pub async fn remove(&self, record: &RejectedRecord) -> Result<bool, StorageError> {
        let delete = |sort_key| self.delete(record, sort_key);
        self.transact(record.sort_keys().map(delete).collect::<Result<_, _>>()?).await
    }

    /// Gives a record another cause. Returns false if it changed since it was read.
    pub async fn set_cause(&self, record: &RejectedRecord, cause: &Cause) -> Result<bool, StorageError> {
        if *cause == record.cause {
            return Ok(true);
        }
        let update = |sort_key| self.update(record, sort_key, cause);
        self.transact(record.sort_keys().map(update).collect::<Result<_, _>>()?).await
    }

    fn delete(&self, record: &RejectedRecord, sort_key: String) -> Result<TransactWriteItem, StorageError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(key(record, sort_key)));
        let delete = delete.condition_expression(UNCHANGED);
        let delete = delete.expression_attribute_names("#at", "at");
        let delete = delete.expression_attribute_names("#reason", "reason");
        let delete = delete.set_expression_attribute_values(Some(values(record))).build();
        Ok(TransactWriteItem::builder().delete(delete.map_err(|error| self.unusable(error))?).build())
    }

    fn update(
        &self,
        record: &RejectedRecord,
        sort_key: String,
        cause: &Cause,
    ) -> Result<TransactWriteItem, StorageError> {
        let update = Update::builder().table_name(&self.table).set_key(Some(key(record, sort_key)));
        let update = update.condition_expression(UNCHANGED);
        let update = update.update_expression("SET #path = :new_path, #reason = :new_reason");
        let update = update.expression_attribute_names("#at", "at");
        let update = update.expression_attribute_names("#path", "path");
        let update = update.expression_attribute_names("#reason", "reason");
        let update = update.set_expression_attribute_values(Some(values(record)));
        let update = update.expression_attribute_values(":new_path", AttributeValue::S(cause.path.clone()));
        let update =
            update.expression_attribute_values(":new_reason", AttributeValue::S(cause.reason.clone()));
        let update = update.build().map_err(|error| self.unusable(error))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// All parts change, or none.
    async fn transact(&self, items: Vec<TransactWriteItem>) -> Result<bool, StorageError> {
        let request = self.client.transact_write_items().set_transact_items(Some(items));
        match request.with_proof().send().await {
            Ok(response) => response.proven(&self.table).map(|_| true),
            Err(error) if is_cancelled(&error, &[CONDITION_FAILED]) => Ok(false),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn unusable(&self, error: impl Error) -> StorageError {
        StorageError::unusable(&self.table, error)
    }
}

fn values(record: &RejectedRecord) -> Fields {
    let reason = AttributeValue::S(record.cause.reason.clone());
    [(":at".to_owned(), AttributeValue::N(record.at.to_string())), (":reason".to_owned(), reason)].into()
}
