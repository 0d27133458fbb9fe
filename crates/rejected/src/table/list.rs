use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_aws::{Fields, StorageError};

use super::RejectedTable;
use crate::record::RejectedRecord;
use crate::records::{Parts, RejectedRecords};

impl RejectedTable {
    /// Reads the wanted records of some pipes, or of all if none is given.
    pub async fn list(
        &self,
        pipes: &[String],
        is_wanted: impl Fn(&RejectedRecord) -> bool,
    ) -> Result<RejectedRecords, StorageError> {
        let mut parts = Parts::default();
        if pipes.is_empty() {
            self.read(None, &is_wanted, &mut parts).await?;
        }
        for pipe in pipes {
            self.read(Some(pipe), &is_wanted, &mut parts).await?;
        }
        Ok(parts.join())
    }

    /// Adds the wanted parts of one pipe, or of all.
    async fn read(
        &self,
        pipe: Option<&str>,
        is_wanted: &impl Fn(&RejectedRecord) -> bool,
        parts: &mut Parts,
    ) -> Result<(), StorageError> {
        let mut after = None;
        loop {
            let (items, next) = self.page(pipe, after).await?;
            items.iter().for_each(|item| parts.add(item, is_wanted));
            after = next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn page(
        &self,
        pipe: Option<&str>,
        after: Option<Fields>,
    ) -> Result<(Vec<Fields>, Option<Fields>), StorageError> {
        let incomplete = || StorageError::incomplete(&self.table, "Items");
        let Some(pipe) = pipe else {
            let scan = self.client.scan().table_name(&self.table).set_exclusive_start_key(after);
            let page = scan.consistent_read(true).send().await.map_err(|error| self.failed(error))?;
            return Ok((page.items.ok_or_else(incomplete)?, page.last_evaluated_key));
        };
        let query = self.client.query().table_name(&self.table).set_exclusive_start_key(after);
        let query = query.key_condition_expression("pk = :pk").consistent_read(true);
        let query = query.expression_attribute_values(":pk", AttributeValue::S(pipe.to_owned()));
        let page = query.send().await.map_err(|error| self.failed(error))?;
        Ok((page.items.ok_or_else(incomplete)?, page.last_evaluated_key))
    }
}
