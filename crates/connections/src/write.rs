//! The parts of a transaction.

use std::collections::HashMap;
use std::error::Error;

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};

use crate::item::Item;
use crate::{Connections, StorageError};

pub(crate) type Key = HashMap<String, AttributeValue>;

/// What must hold for a write: an expression, and the one value that it names.
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
    pub(crate) fn failed(&self, cause: impl Error) -> StorageError {
        StorageError::new(&self.table, cause)
    }

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
