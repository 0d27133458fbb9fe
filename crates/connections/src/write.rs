//! The writes of a transaction.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use tablecast_aws::StorageError;

use crate::connections::Connections;
use crate::item::Item;

/// DynamoDB accepts at most 100 items in one transaction.
pub(crate) const MAX_TRANSACTION: usize = 100;

pub(crate) type Key = HashMap<String, AttributeValue>;

/// The condition of a write: an expression, and the one value that it names.
pub(crate) struct Condition {
    pub expression: &'static str,
    pub name: &'static str,
    pub number: String,
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
        let fields = serde_dynamo::to_item(item).map_err(|cause| self.failed(cause))?;
        let put = Put::builder().table_name(&self.table).set_item(Some(fields));
        let put = match condition {
            Some(Condition { expression, name, number }) => put
                .condition_expression(expression)
                .expression_attribute_values(name, AttributeValue::N(number)),
            None => put,
        };
        let put = put.build().map_err(|cause| self.failed(cause))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    pub(crate) fn remove(
        &self,
        key: &Key,
        condition: Option<Condition>,
    ) -> Result<TransactWriteItem, StorageError> {
        let delete = Delete::builder().table_name(&self.table).set_key(Some(key.clone()));
        let delete = match condition {
            Some(Condition { expression, name, number }) => delete
                .condition_expression(expression)
                .expression_attribute_values(name, AttributeValue::N(number)),
            None => delete,
        };
        let delete = delete.build().map_err(|cause| self.failed(cause))?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }
}

/// Returns whether DynamoDB cancelled a transaction for one of these reasons.
pub(crate) fn is_cancelled_because_of<R>(
    error: &SdkError<TransactWriteItemsError, R>,
    codes: &[&str],
) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
    else {
        return false;
    };
    let reasons = cancelled.cancellation_reasons();
    reasons.iter().any(|reason| reason.code().is_some_and(|code| codes.contains(&code)))
}
