use dynoxide::actions::get_records::{GetRecordsRequest, GetRecordsResponse};
use dynoxide::actions::get_shard_iterator::encode_shard_iterator;
use dynoxide::{TableMetadata, streams};
use serde_json::Value;

use super::record::{Origin, changes_something};
use super::{Database, DatabaseError, Record, Sequence};

/// DynamoDB: GetRecords answers at most 1,000 records.
const PAGE: usize = 1_000;

/// A place in a stream. A table that is deleted and created again has another stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The stream's label, the last part of its ARN.
    pub stream: String,
    /// Everything up to here has been read.
    pub sequence: Sequence,
}

#[derive(Debug)]
pub struct Page {
    /// Only what changed something: a write that changes nothing makes no record in DynamoDB.
    pub records: Vec<Record>,
    /// Where the next page begins.
    pub next: Position,
}

impl Database {
    /// The records after `position`, at most 1,000. `None` while the table is not there or has no stream;
    /// a position in an earlier stream of the table means the beginning of the present one.
    pub async fn read_stream(&self, table: &str, position: &Position) -> Result<Option<Page>, DatabaseError> {
        let (table, position, region) = (table.to_owned(), position.clone(), self.region.clone());
        self.run(move |engine| {
            let Some(stream) = Stream::of(engine, &table)? else { return Ok(None) };
            let position = stream.position(position);
            let answer = stream.records_after(engine, position.sequence)?;
            Ok(Some(stream.page(&answer, position, &region)?))
        })
        .await
    }

    /// The newest record's place: where `LATEST` begins. `None` as for `read_stream`.
    pub async fn stream_end(&self, table: &str) -> Result<Option<Position>, DatabaseError> {
        let table = table.to_owned();
        self.run(move |engine| {
            let Some(stream) = Stream::of(engine, &table)? else { return Ok(None) };
            let sequence = stream.end(engine)?;
            Ok(Some(Position { stream: stream.label, sequence }))
        })
        .await
    }

    /// The only shard of a table's stream.
    pub fn shard_id(&self, table: &str) -> String {
        streams::shard_id(table)
    }
}

struct Stream {
    table: String,
    label: String,
    partition_key: String,
}

impl Stream {
    fn of(engine: &dynoxide::Database, table: &str) -> Result<Option<Self>, DatabaseError> {
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

    fn records_after(
        &self,
        engine: &dynoxide::Database,
        sequence: Sequence,
    ) -> Result<GetRecordsResponse, DatabaseError> {
        let shard = streams::shard_id(&self.table);
        let shard_iterator = encode_shard_iterator(&self.table, &shard, sequence.0);
        Ok(engine.get_records(GetRecordsRequest { shard_iterator, limit: Some(PAGE) })?)
    }

    fn page(
        &self,
        answer: &GetRecordsResponse,
        position: Position,
        region: &str,
    ) -> Result<Page, DatabaseError> {
        let stream_arn = self.arn(region);
        let origin = Origin { region, stream_arn: &stream_arn, partition_key: &self.partition_key };
        let changes = answer.records.iter().filter(|record| changes_something(record));
        let records = changes.map(|record| Record::new(record, &origin)).collect::<Result<_, _>>()?;
        let sequence = match answer.records.last() {
            Some(last) => last.dynamodb.sequence_number.parse().map_err(DatabaseError::Server)?,
            None => position.sequence,
        };
        Ok(Page { records, next: Position { sequence, ..position } })
    }

    fn end(&self, engine: &dynoxide::Database) -> Result<Sequence, DatabaseError> {
        let request = serde_json::json!({"StreamArn": streams::stream_arn(&self.table, &self.label)});
        let answer = engine.describe_stream(serde_json::from_value(request)?)?;
        let shard = answer.stream_description.shards.into_iter().next();
        let last = shard.and_then(|shard| shard.sequence_number_range.ending_sequence_number);
        last.map_or(Ok(Sequence::START), |text| text.parse().map_err(DatabaseError::Server))
    }

    /// dynoxide's own ARNs name a region that does not exist; it reads these as well.
    fn arn(&self, region: &str) -> String {
        let (table, label) = (&self.table, &self.label);
        format!("arn:aws:dynamodb:{region}:{}:table/{table}/stream/{label}", streams::LOCAL_ACCOUNT)
    }
}
