//! Writes items, on conditions.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use serde::Serialize;
use tablecast_aws::StorageError;

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
        let put = put.return_consumed_capacity(ReturnConsumedCapacity::Total);
        self.written(put.send().await.map(|response| response.consumed_capacity.is_some()))
    }

    /// Returns true if a conditional write was made. `result` is true if the response confirms it.
    fn written<E, R>(&self, result: Result<bool, SdkError<E, R>>) -> Result<bool, StorageError>
    where
        SdkError<E, R>: ProvideErrorMetadata + Error + 'static,
    {
        match result {
            Ok(confirmed) => self.confirmed(confirmed).map(|()| true),
            Err(error) if error.code().is_some_and(|code| OVERTAKEN.contains(&code)) => Ok(false),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// A write is made only if the response has its cost, which every request asks for.
    pub(crate) fn confirmed(&self, confirmed: bool) -> Result<(), StorageError> {
        confirmed.then_some(()).ok_or_else(|| StorageError::incomplete(&self.table, "ConsumedCapacity"))
    }
}
