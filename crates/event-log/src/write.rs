//! Writes items, on conditions.

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use serde::Serialize;
use tablecast_aws::{Provable, Proven, StorageError};

use crate::condition::Condition;
use crate::item::Item;
use crate::key::ABSENT;
use crate::logs::Logs;
use crate::parts::ITEM_BYTES;

/// Another writer was first, or writes an event of several items there at this moment. The SDK does not retry
/// these.
const OVERTAKEN: [&str; 2] = ["ConditionalCheckFailedException", "TransactionConflictException"];

impl Logs {
    /// Writes an item with events unless there is one. Returns whether it did.
    pub(crate) async fn put(&self, item: &Item) -> Result<bool, StorageError> {
        if item.events.len() > ITEM_BYTES {
            self.put_in_parts(item).await
        } else {
            self.put_if(item, Condition::new(ABSENT)).await
        }
    }

    /// Writes an item on a condition. Returns whether it did.
    pub(crate) async fn put_if(
        &self,
        item: &impl Serialize,
        condition: Condition,
    ) -> Result<bool, StorageError> {
        let fields = serde_dynamo::to_item(item).map_err(|cause| self.unusable(cause))?;
        let put = self.client.put_item().table_name(&self.table).set_item(Some(fields));
        let values = Some(condition.values).filter(|values| !values.is_empty());
        let put = put.set_condition_expression(condition.expression);
        let put = put.set_expression_attribute_values(values);
        match put.with_proof().send().await {
            Ok(response) => response.proven(&self.table).map(|_| true),
            Err(error) if error.code().is_some_and(|code| OVERTAKEN.contains(&code)) => Ok(false),
            Err(error) => Err(self.failed(error)),
        }
    }
}
