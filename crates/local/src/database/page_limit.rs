//! The size of a page of GetRecords: at most 1,000 records and 1 MB. dynoxide counts only the records.

use axum::body::Bytes;
use dynoxide::actions::get_records::{GetRecordsRequest, Record};
use dynoxide::actions::get_shard_iterator::{decode_shard_iterator, encode_shard_iterator};
use serde_json::{Map, Value};

use super::error::DatabaseError;
use super::handle::Database;
use super::record::size_of;
use super::sequence::Sequence;

pub const MAX_RECORDS: usize = 1_000;
const MAX_BYTES: usize = 1024 * 1024;

/// Records that are read from dynoxide at once. The largest ones have 13 MB together.
const CHUNK: usize = 16;

struct PageBuilder {
    limit: usize,
    records: Vec<Record>,
    bytes: usize,
}

impl PageBuilder {
    /// Returns false if the page has no room for the record. One record always fits.
    fn add(&mut self, record: Record) -> bool {
        self.bytes += size_of(&record);
        let has_room = self.records.len() < self.limit && self.bytes <= MAX_BYTES;
        let fits = has_room || self.records.is_empty();
        if fits {
            self.records.push(record);
        }
        fits
    }

    fn end(&self) -> Option<&str> {
        self.records.last().map(|record| record.dynamodb.sequence_number.as_str())
    }
}

/// Returns the records of a shard that follow `start`: at most `limit`, and as many as fit into a page.
pub fn records_after(
    engine: &dynoxide::Database,
    (table, shard): (&str, &str),
    start: Sequence,
    limit: usize,
) -> Result<Vec<Record>, DatabaseError> {
    let mut page = PageBuilder { limit, records: Vec::new(), bytes: 0 };
    loop {
        let after = page.end().map_or(Ok(start), str::parse).map_err(DatabaseError::Server)?;
        let shard_iterator = encode_shard_iterator(table, shard, after.0);
        let chunk = engine.get_records(GetRecordsRequest { shard_iterator, limit: Some(CHUNK) })?.records;
        let is_last = chunk.len() < CHUNK;
        if !chunk.into_iter().all(|record| page.add(record)) || is_last {
            return Ok(page.records);
        }
    }
}

impl Database {
    /// Returns the body of a GetRecords request with a `Limit` of records that fit into a page. A request that dynoxide
    /// will refuse stays as it is.
    pub async fn with_page_limit(&self, body: Bytes) -> Bytes {
        let Ok(mut request) = serde_json::from_slice::<Map<String, Value>>(&body) else { return body };
        let iterator = request.get("ShardIterator").and_then(Value::as_str).and_then(decode_shard_iterator);
        let asked = request.get("Limit").map_or(Some(MAX_RECORDS as u64), Value::as_u64);
        let (Some((table, shard, start)), Some(asked @ 1..)) = (iterator, asked) else { return body };
        let most = MAX_RECORDS.min(asked as usize);
        let fitting = move |engine: &dynoxide::Database| {
            records_after(engine, (&table, &shard), Sequence(start), most).map(|records| records.len())
        };
        let Ok(fitting) = self.run(fitting).await else { return body };
        request.insert("Limit".to_owned(), fitting.max(1).into());
        Value::Object(request).to_string().into()
    }
}
