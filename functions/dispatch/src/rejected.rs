//! Records that could not become events, kept for operators: they hold what no schema has allowed out.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::{StreamExt, stream};
use serde::{Serialize, Serializer};
use tokio::time::{Instant, timeout_at};

use crate::batch::Rejection;

/// 30 days.
const KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// DynamoDB: 400 KB an item, of which this leaves the other attributes enough.
const PART_BYTES: usize = 350 * 1024;

/// Writes at once.
const WRITES: usize = 8;

pub struct RejectedTable {
    client: Client,
    table: String,
}

/// A rejected record, or a part of a large one: all parts, in order, are the record as zstd.
#[derive(Serialize)]
struct Item<'a> {
    /// The pipe.
    pk: &'a str,
    /// The eventID; of parts, `<eventID>#0001` and on.
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
        Self { client, table }
    }

    /// Answers the eventIDs of those that could not be kept: they must come again.
    pub async fn keep(&self, rejections: &[Rejection], now: i64, until: Instant) -> BTreeSet<String> {
        let writes = stream::iter(rejections).map(|one| timeout_at(until, self.write(one, now)));
        let outcomes: Vec<_> = writes.buffered(WRITES).collect().await;
        let outcomes = outcomes.into_iter().map(|outcome| outcome.unwrap_or(Err("no time left".to_owned())));
        rejections.iter().zip(outcomes).filter_map(|(one, outcome)| note(one, outcome)).collect()
    }

    async fn write(&self, rejection: &Rejection, now: i64) -> Result<(), String> {
        let record = BASE64_STANDARD.decode(&rejection.rejected.record);
        let record = record.map_err(|error| format!("its record is not base64: {error}"))?;
        for item in items(rejection, &record, now) {
            let fields = serde_dynamo::to_item(item).map_err(|error| error.to_string())?;
            let put = self.client.put_item().table_name(&self.table).set_item(Some(fields)).send();
            put.await.map_err(|error| format!("table {}: {}", self.table, DisplayErrorContext(error)))?;
        }
        Ok(())
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
        expires_at: now + KEPT_SECONDS,
    })
}

/// The record itself is not for the log.
fn note(rejection: &Rejection, outcome: Result<(), String>) -> Option<String> {
    let Rejection { pipe, event_id, rejected } = rejection;
    let (reason, path) = (&rejected.reason, &rejected.path);
    match outcome {
        Ok(()) => {
            tracing::warn!(pipe, event_id, reason, path, "a record was rejected and kept");
            None
        }
        Err(error) => {
            tracing::error!(
                pipe,
                event_id,
                reason,
                path,
                error,
                "a rejected record is not kept: it is returned"
            );
            Some(event_id.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tablecast_protocol::element::Rejected;

    fn parts(bytes: usize) -> Vec<(String, usize)> {
        let rejected = Rejected { path: "p".to_owned(), reason: "r".to_owned(), record: String::new() };
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
    fn a_larger_record_is_kept_in_numbered_parts_and_loses_nothing() {
        let expected = [("e1#0001".to_owned(), PART_BYTES), ("e1#0002".to_owned(), 1)];
        assert_eq!(parts(PART_BYTES + 1), expected);
        assert_eq!(parts(3 * PART_BYTES).len(), 3);
    }
}
