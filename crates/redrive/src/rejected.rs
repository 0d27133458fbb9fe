//! The table of rejected records.
//!
//! # Layout
//! - `record`: a rejected record, in one item or several
//! - `change`: removes one, or gives it another reason

mod change;
mod record;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_aws::StorageError;

use crate::selection::{Kind, Selection};

pub use record::{Fields, RecordPart, RejectedRecord, RejectedRecords, cause};

#[derive(Debug, Clone)]
pub struct RejectedTable {
    client: Client,
    table: String,
}

impl RejectedTable {
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Reads the records that are wanted. Also returns the number of items that are no part of one.
    pub async fn list(&self, selection: &Selection) -> Result<(RejectedRecords, usize), StorageError> {
        let pipes: Vec<Option<&str>> = match selection.pipes.is_empty() {
            _ if !selection.has_kind(Kind::Rejected) => Vec::new(),
            true => vec![None],
            false => selection.pipes.iter().map(|pipe| Some(pipe.as_str())).collect(),
        };
        let (mut parts, mut unknown) = (Vec::new(), 0);
        for pipe in pipes {
            unknown += self.parts(pipe, selection, &mut parts).await?;
        }
        Ok((RejectedRecords::of(parts), unknown))
    }

    /// Adds the wanted parts. Returns the number of items that are none.
    async fn parts(
        &self,
        pipe: Option<&str>,
        selection: &Selection,
        parts: &mut Vec<RecordPart>,
    ) -> Result<usize, StorageError> {
        let (mut unknown, mut after) = (0, None);
        loop {
            let (items, next) = self.page(pipe, after).await?;
            let read: Vec<RecordPart> = items.iter().filter_map(RecordPart::read).collect();
            unknown += items.len() - read.len();
            parts.extend(read.into_iter().filter(|part| is_wanted(part, selection)));
            match next {
                Some(next) => after = Some(next),
                None => return Ok(unknown),
            }
        }
    }

    /// Reads a page of one pipe, or of all.
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

    fn failed<E, R>(&self, error: SdkError<E, R>) -> StorageError
    where
        SdkError<E, R>: aws_sdk_dynamodb::error::ProvideErrorMetadata + std::error::Error + 'static,
    {
        StorageError::failed(&self.table, error)
    }
}

fn is_wanted(part: &RecordPart, selection: &Selection) -> bool {
    let RejectedRecord { id, at, .. } = &part.rejected;
    selection.has(id, at * 1000, &part.rejected.cause())
}
