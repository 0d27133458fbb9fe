//! Stores rejected records for operators. They may hold data that no schema allows clients to see.

use std::collections::BTreeSet;
use std::io;

use aws_sdk_dynamodb::Client;
use futures_util::{StreamExt, stream};
use serde_json::value::RawValue;
use tablecast_rejected::{Cause, RejectedTable, StoredRecord, pack};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use crate::batch::Rejection;

/// Writes at once.
const WRITES: usize = 8;

pub struct RejectionStore {
    table: RejectedTable,
    /// Held while a record is packed.
    packing: Mutex<()>,
}

impl RejectionStore {
    pub fn new(client: Client, table: String) -> Self {
        Self { table: RejectedTable::new(client, table), packing: Mutex::default() }
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
        let Rejection { pipe, event_id, rejected } = rejection;
        let packed = self.packed(&rejected.record).await;
        let packed = packed.map_err(|error| format!("the record cannot be compressed: {error}"))?;
        let cause = Cause { path: rejected.path.clone(), reason: rejected.reason.clone() };
        let record = StoredRecord::new(pipe.clone(), event_id.clone(), now, cause, packed);
        self.table.store(&record).await.map_err(|error| error.to_string())
    }

    /// Packs on another thread, and one record at a time. Otherwise large rejected records would delay the pushes of
    /// the others in their batch.
    async fn packed(&self, record: &RawValue) -> io::Result<Vec<u8>> {
        let _one = self.packing.lock().await;
        let record = record.to_owned();
        spawn_blocking(move || pack(record.get())).await.map_err(io::Error::other)?
    }
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
