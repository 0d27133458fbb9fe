use aws_sdk_dynamodb::types::{AttributeValue, Delete, ReturnConsumedCapacity, TransactWriteItem, Update};
use tablecast_aws::{CONDITION_FAILED, StorageError, is_cancelled};

use super::{Fields, RejectedRecord, RejectedTable};

/// The record is the one that was read, and not that of a later rejection.
const UNCHANGED: &str = "#at = :at AND #reason = :reason";

impl RejectedTable {
    /// Deletes a record. Returns false if it changed since it was read, and then keeps it.
    pub async fn remove(&self, rejected: &RejectedRecord) -> Result<bool, StorageError> {
        let delete = |sort_key: String| {
            let delete = Delete::builder().table_name(&self.table).set_key(Some(key(rejected, sort_key)));
            let delete = delete.condition_expression(UNCHANGED);
            let delete = delete
                .expression_attribute_names("#at", "at")
                .expression_attribute_names("#reason", "reason");
            let delete = delete.set_expression_attribute_values(Some(values(rejected))).build();
            Ok(TransactWriteItem::builder().delete(delete.map_err(|error| self.unusable(error))?).build())
        };
        let items = rejected.sort_keys().into_iter().map(delete).collect::<Result<_, StorageError>>()?;
        self.transact(items).await
    }

    /// Gives a record another reason. Returns false if it changed since it was read.
    pub async fn keep(
        &self,
        rejected: &RejectedRecord,
        path: &str,
        reason: &str,
    ) -> Result<bool, StorageError> {
        let update = |sort_key: String| {
            let update = Update::builder().table_name(&self.table).set_key(Some(key(rejected, sort_key)));
            let update = update.condition_expression(UNCHANGED);
            let update = update.update_expression("SET #path = :new_path, #reason = :new_reason");
            let names = [("#at", "at"), ("#path", "path"), ("#reason", "reason")];
            let update = names
                .into_iter()
                .fold(update, |update, (name, of)| update.expression_attribute_names(name, of));
            let mut values = values(rejected);
            values.insert(":new_path".to_owned(), AttributeValue::S(path.to_owned()));
            values.insert(":new_reason".to_owned(), AttributeValue::S(reason.to_owned()));
            let update = update.set_expression_attribute_values(Some(values)).build();
            Ok(TransactWriteItem::builder().update(update.map_err(|error| self.unusable(error))?).build())
        };
        if (path, reason) == (&rejected.path, &rejected.reason) {
            return Ok(true);
        }
        let items = rejected.sort_keys().into_iter().map(update).collect::<Result<_, StorageError>>()?;
        self.transact(items).await
    }

    /// All parts change, or none. Every success has its cost.
    async fn transact(&self, items: Vec<TransactWriteItem>) -> Result<bool, StorageError> {
        let request = self.client.transact_write_items().set_transact_items(Some(items));
        match request.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await {
            Ok(response) if response.consumed_capacity.is_some() => Ok(true),
            Ok(_) => Err(StorageError::incomplete(&self.table, "ConsumedCapacity")),
            Err(error) if is_cancelled(&error, &[CONDITION_FAILED]) => Ok(false),
            Err(error) => Err(StorageError::failed(&self.table, error)),
        }
    }

    fn unusable(&self, error: impl std::error::Error) -> StorageError {
        StorageError::unusable(&self.table, error)
    }
}

fn key(rejected: &RejectedRecord, sort_key: String) -> Fields {
    [
        ("pk".to_owned(), AttributeValue::S(rejected.pipe.clone())),
        ("sk".to_owned(), AttributeValue::S(sort_key)),
    ]
    .into()
}

fn values(rejected: &RejectedRecord) -> Fields {
    let reason = AttributeValue::S(rejected.reason.clone());
    [(":at".to_owned(), AttributeValue::N(rejected.at.to_string())), (":reason".to_owned(), reason)].into()
}
