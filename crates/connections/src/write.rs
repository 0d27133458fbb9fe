//! The writes of a transaction.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use tablecast_aws::{CONDITION_FAILED, CONFLICT, Provable, Proven, StorageError, is_cancelled};

use crate::connections::Connections;
use crate::fields::Fields;
use crate::item::Item;

/// DynamoDB accepts at most 100 items in one transaction.
pub(crate) const MAX_TRANSACTION: usize = 100;

pub(crate) type Key = Fields;

/// The condition of a write: an expression, and the values that it names.
#[derive(Clone)]
pub(crate) struct Condition {
    pub expression: &'static str,
    pub values: Vec<(&'static str, AttributeValue)>,
}

impl Condition {
    fn values(self) -> Option<HashMap<String, AttributeValue>> {
        Some(self.values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

pub(crate) fn key(pk: &str, sk: &str) -> Key {
    [("pk", pk), ("sk", sk)]
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())))
        .into()
}

impl Connections {
    pub(crate) fn put(
        &self,
        item: &Item,
        condition: Option<Condition>,
    ) -> Result<TransactWriteItem, StorageError> {
        let fields = serde_dynamo::to_item(item).map_err(|cause| self.unusable(cause))?;
        let put = Put::builder().table_name(&self.table).set_item(Some(fields));
        let put = match condition {
            Some(condition) => put
                .condition_expression(condition.expression)
                .set_expression_attribute_values(condition.values()),
            None => put,
        };
        let put = put.build().map_err(|cause| self.unusable(cause))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    pub(crate) fn remove(
        &self,
        key: &Key,
        condition: Option<Condition>,
    ) -> Result<TransactWriteItem, StorageError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(key.clone()));
        let delete = match condition {
            Some(condition) => delete
                .condition_expression(condition.expression)
                .set_expression_attribute_values(condition.values()),
            None => delete,
        };
        let delete = delete.build().map_err(|cause| self.unusable(cause))?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }
}

impl Connections {
    /// Sends a transaction. It is made only if the response has its proof.
    pub(crate) async fn transact(&self, items: Vec<TransactWriteItem>) -> Result<(), TransactError> {
        let request = self.client.transact_write_items().set_transact_items(Some(items));
        match request.with_proof().send().await {
            Ok(response) => Ok(response.proven(&self.table).map(drop)?),
            Err(error) if is_cancelled(&error, &[CONDITION_FAILED]) => Err(TransactError::ConditionFailed),
            Err(error) if is_cancelled(&error, &[CONFLICT]) => Err(TransactError::Conflict),
            Err(error) if is_cancelled(&error, &THROTTLED) => {
                Err(TransactError::Throttled(self.failed(error)))
            }
            Err(error) => Err(TransactError::Storage(self.failed(error))),
        }
    }
}

/// The SDK does not retry a transaction that DynamoDB cancelled.
const THROTTLED: [&str; 2] = ["ThrottlingError", "ProvisionedThroughputExceeded"];

/// Why a transaction was not made, or may not have been made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransactError {
    #[error("the items have changed meanwhile")]
    ConditionFailed,
    #[error("another transaction writes the same items")]
    Conflict,
    #[error(transparent)]
    Throttled(StorageError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl TransactError {
    /// The same as an error of the table.
    pub fn into_storage(self, connections: &Connections) -> StorageError {
        match self {
            Self::Throttled(error) | Self::Storage(error) => error,
            busy => connections.unusable(busy),
        }
    }
}
