use dynoxide::actions::get_records;
use dynoxide::{TableMetadata, streams};
use serde_json::Value;

use super::error::DatabaseError;
use super::handle::Database;
use super::page_limit::{MAX_RECORDS, records_after};
use super::position::Position;
use super::record::{Origin, Record, changes_something};
use super::sequence::Sequence;

#[derive(Debug)]
pub struct Page {
    /// Without writes that did not change their item, which have no record in DynamoDB.
    pub records: Vec<Record>,
    /// The position of the next page.
    pub next: Position,
}

impl Database {
    /// Returns up to 1,000 records or 1 MB after `position`, or `None` if the table does not exist or has no stream.
    /// A position in a previous stream of the table stands for the beginning of the current one.
    pub async fn read_stream(&self, table: &str, position: &Position) -> Result<Option<Page>, DatabaseError> {
        let (table, position, region) = (table.to_owned(), position.clone(), self.region.clone());
        self.run(move |engine| {
            let Some(stream) = Stream::of(engine, &table)? else { return Ok(None) };
            let position = stream.position(position);
            let shard = streams::shard_id(&stream.table);
            let records = records_after(engine, (&stream.table, &shard), position.sequence, MAX_RECORDS)?;
            Ok(Some(stream.page(&records, position, &region)?))
        })
        .await
    }

    /// Returns the position after the newest record, for `LATEST`, or `None` like `read_stream`.
    pub async fn stream_end(&self, table: &str) -> Result<Option<Position>, DatabaseError> {
        let table = table.to_owned();
        self.run(move |engine| {
            let Some(stream) = Stream::of(engine, &table)? else { return Ok(None) };
            let sequence = stream.end(engine)?;
            Ok(Some(Position { stream: stream.label, sequence }))
        })
        .await
    }

    /// Returns the id of the only shard of a stream.
    pub fn shard_id(&self, table: &str) -> String {
        streams::shard_id(table)
    }
}

pub(super) struct Stream {
    table: String,
    pub(super) label: String,
    partition_key: String,
}

impl Stream {
    pub(super) fn of(engine: &dynoxide::Database, table: &str) -> Result<Option<Self>, DatabaseError> {
        let metadata = engine.get_table_metadata(table)?.filter(|metadata| metadata.stream_enabled);
        metadata.map(Self::from_metadata).transpose()
    }

    fn from_metadata(metadata: TableMetadata) -> Result<Self, DatabaseError> {
        let keys: Value = serde_json::from_str(&metadata.key_schema)?;
        let partition = keys.as_array().into_iter().flatten().find(|key| key["KeyType"] == "HASH");
        let name = partition.and_then(|key| key["AttributeName"].as_str()).unwrap_or_default();
        Ok(Self {
            partition_key: name.to_owned(),
            label: metadata.stream_label.unwrap_or_default(),
            table: metadata.table_name,
        })
    }

    fn position(&self, position: Position) -> Position {
        if position.stream == self.label {
            return position;
        }
        Position { stream: self.label.clone(), sequence: Sequence::START }
    }

    fn page(
        &self,
        records: &[get_records::Record],
        position: Position,
        region: &str,
    ) -> Result<Page, DatabaseError> {
        let stream_arn = self.arn(region);
        let origin = Origin { region, stream_arn: &stream_arn, partition_key: &self.partition_key };
        let sequence = match records.last() {
            Some(last) => last.dynamodb.sequence_number.parse().map_err(DatabaseError::Server)?,
            None => position.sequence,
        };
        let changes = records.iter().filter(|record| changes_something(record));
        let records = changes.map(|record| Record::new(record, &origin)).collect::<Result<_, _>>()?;
        Ok(Page { records, next: Position { sequence, ..position } })
    }

    fn end(&self, engine: &dynoxide::Database) -> Result<Sequence, DatabaseError> {
        let request = serde_json::json!({"StreamArn": streams::stream_arn(&self.table, &self.label)});
        let response = engine.describe_stream(serde_json::from_value(request)?)?;
        let shard = response.stream_description.shards.into_iter().next();
        let last = shard.and_then(|shard| shard.sequence_number_range.ending_sequence_number);
        last.map_or(Ok(Sequence::START), |text| text.parse().map_err(DatabaseError::Server))
    }

    /// Replaces the region in dynoxide's ARNs, which does not exist. dynoxide accepts the result.
    fn arn(&self, region: &str) -> String {
        let (table, label) = (&self.table, &self.label);
        format!("arn:aws:dynamodb:{region}:{}:table/{table}/stream/{label}", streams::LOCAL_ACCOUNT)
    }
}
