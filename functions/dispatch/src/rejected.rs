//! Stores rejected records for operators. They may hold data that no schema allows clients to see.

use std::collections::BTreeSet;
use std::io;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use futures_util::{StreamExt, stream};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use tablecast_aws::StorageError;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use crate::batch::Rejection;

/// 30 days.
const KEEP_SECONDS: i64 = 30 * 24 * 3600;

/// DynamoDB accepts items up to 400 KB. The rest is for the other attributes.
const PART_BYTES: usize = 350 * 1024;

/// zstd's default.
const COMPRESSION_LEVEL: i32 = 3;

/// Writes at once.
const WRITES: usize = 8;

pub struct RejectedTable {
    client: Client,
    table: String,
    /// Held while a record is compressed.
    compressing: Mutex<()>,
}

/// A rejected record, or a part of a large one. All parts in order are the record, compressed with zstd.
#[derive(Serialize)]
struct Item<'a> {
    /// The pipe.
    pk: &'a str,
    /// The eventID. Parts have `<eventID>#0001` and so on.
    sk: String,
    reason: &'a str,
    path: &'a str,
    #[serde(serialize_with = "bytes")]
    record: &'a [u8],
    parts: usize,
    /// Seconds since the epoch.
    at: i64,
    expires_at: i64,
}

fn bytes<S: Serializer>(bytes: &[u8], out: S) -> Result<S::Ok, S::Error> {
    out.serialize_bytes(bytes)
}

impl RejectedTable {
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table, compressing: Mutex::default() }
    }

    /// Returns the eventIDs of the records that were not stored. The pipe must retry them.
    pub async fn store(&self, rejections: &[Rejection], now: i64, until: Instant) -> BTreeSet<String> {
        let writes = stream::iter(rejections).map(|one| timeout_at(until, self.write(one, now)));
        let outcomes: Vec<_> = writes.buffered(WRITES).collect().await;
        let outcomes =
            outcomes.into_iter().map(|outcome| outcome.unwrap_or(Err("it took too long".to_owned())));
        rejections.iter().zip(outcomes).filter_map(|(one, outcome)| log(one, outcome)).collect()
    }

    async fn write(&self, rejection: &Rejection, now: i64) -> Result<(), String> {
        let record = self.compressed(&rejection.rejected.record).await;
        let record = record.map_err(|error| format!("the record cannot be compressed: {error}"))?;
        for item in items(rejection, &record, now) {
            let fields = serde_dynamo::to_item(item).map_err(|error| error.to_string())?;
            let put = self.client.put_item().table_name(&self.table).set_item(Some(fields));
            let put = put.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await;
            let response = put.map_err(|error| StorageError::failed(&self.table, error).to_string())?;
            // Every success has its cost. Without it, the record may not be stored.
            let missing = || StorageError::incomplete(&self.table, "ConsumedCapacity").to_string();
            response.consumed_capacity.ok_or_else(missing)?;
        }
        Ok(())
    }

    /// Compresses on another thread, and one record at a time. Otherwise large rejected records would delay
    /// the pushes of the others in their batch.
    async fn compressed(&self, record: &RawValue) -> io::Result<Vec<u8>> {
        let _one = self.compressing.lock().await;
        let record = record.to_owned();
        let compressing =
            spawn_blocking(move || zstd::encode_all(record.get().as_bytes(), COMPRESSION_LEVEL));
        compressing.await.map_err(io::Error::other)?
    }
}

fn items<'a>(rejection: &'a Rejection, record: &'a [u8], now: i64) -> impl Iterator<Item = Item<'a>> {
    let parts = record.len().div_ceil(PART_BYTES).max(1);
    (0..parts).map(move |part| Item {
        pk: &rejection.pipe,
        sk: match parts {
            1 => rejection.event_id.clone(),
            _ => format!("{}#{:04}", rejection.event_id, part + 1),
        },
        reason: &rejection.rejected.reason,
        path: &rejection.rejected.path,
        record: record.chunks(PART_BYTES).nth(part).unwrap_or_default(),
        parts,
        at: now,
        expires_at: now + KEEP_SECONDS,
    })
}

/// Logs a rejection without the record's data. Returns the eventID if the record was not stored.
fn log(rejection: &Rejection, outcome: Result<(), String>) -> Option<String> {
    let Rejection { pipe, event_id, rejected } = rejection;
    let (reason, path, trace_id) = (&rejected.reason, &rejected.path, rejected.trace_id.as_deref());
    match outcome {
        Ok(()) => {
            tracing::warn!(pipe, event_id, trace_id, reason, path, "stored a rejected record");
            None
        }
        Err(error) => {
            tracing::error!(
                pipe,
                event_id,
                trace_id,
                reason,
                path,
                error,
                "could not store a rejected record: the pipe retries it"
            );
            Some(event_id.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use tablecast_protocol::element::Rejected;

    use super::*;

    fn parts(bytes: usize) -> Vec<(String, usize)> {
        let rejected =
            Rejected { path: "p".to_owned(), reason: "r".to_owned(), record: Box::default(), trace_id: None };
        let rejection = Rejection { pipe: "orders".to_owned(), event_id: "e1".to_owned(), rejected };
        items(&rejection, &vec![0; bytes], 100).map(|item| (item.sk, item.record.len())).collect()
    }

    #[test]
    fn a_record_that_fits_is_one_item() {
        for bytes in [0, 1, PART_BYTES] {
            assert_eq!(parts(bytes), [("e1".to_owned(), bytes)]);
        }
    }

    #[test]
    fn a_larger_record_is_split_into_numbered_parts_without_loss() {
        let expected = [("e1#0001".to_owned(), PART_BYTES), ("e1#0002".to_owned(), 1)];
        assert_eq!(parts(PART_BYTES + 1), expected);
        assert_eq!(parts(3 * PART_BYTES).len(), 3);
    }
}
