//! Wakes the readers of a table's stream after a write, so that events appear at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use memchr::memmem;
use tokio::sync::Notify;

const WRITES: [&str; 8] = [
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "ExecuteStatement",
    "BatchExecuteStatement",
    "ExecuteTransaction",
];

/// The readers that wait, by table.
#[derive(Clone, Default)]
pub struct Writes(Arc<Mutex<BTreeMap<String, Arc<Notify>>>>);

impl Writes {
    /// Returns the readers to wake after a request: of each table whose name is in the body of a write. A name that is
    /// only data costs them one empty read.
    pub fn readers_of(&self, headers: &HeaderMap, body: &[u8]) -> Vec<Arc<Notify>> {
        if !is_write(headers) {
            return Vec::new();
        }
        let tables = self.tables();
        let named = tables.iter().filter(|(table, _)| memmem::find(body, table.as_bytes()).is_some());
        named.map(|(_, readers)| readers.clone()).collect()
    }

    pub fn readers(&self, table: &str) -> Arc<Notify> {
        self.tables().entry(table.to_owned()).or_default().clone()
    }

    fn tables(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Notify>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_write(headers: &HeaderMap) -> bool {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    target.and_then(|target| target.split_once('.')).is_some_and(|(_, name)| WRITES.contains(&name))
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use serde_json::json;

    use super::*;
    use crate::database::handle::Database;

    fn woken(writes: &Writes, operation: &str, body: &str) -> usize {
        let target = format!("DynamoDB_20120810.{operation}").parse().unwrap();
        writes
            .readers_of(&HeaderMap::from_iter([("x-amz-target".parse().unwrap(), target)]), body.as_bytes())
            .len()
    }

    #[test]
    fn a_write_wakes_the_readers_of_the_tables_that_it_names() {
        let writes = Writes::default();
        let _readers = ["orders", "profiles", "tickets"].map(|table| writes.readers(table));
        let put = json!({"TableName": "orders", "Item": {}}).to_string();
        let batch = json!({"RequestItems": {"orders": [], "profiles": []}}).to_string();
        assert_eq!(woken(&writes, "PutItem", &put), 1);
        assert_eq!(woken(&writes, "BatchWriteItem", &batch), 2);
        assert_eq!(woken(&writes, "Query", &put), 0);
        assert_eq!(writes.readers_of(&HeaderMap::new(), put.as_bytes()).len(), 0);
    }

    #[tokio::test]
    async fn a_reader_waits_for_writes_to_its_table() {
        let database = Database::open(None, "us-east-1").unwrap();
        let mut orders = Box::pin(database.written("orders"));
        assert!(orders.as_mut().now_or_never().is_none());
        database.writes.readers("profiles").notify_waiters();
        assert!(orders.as_mut().now_or_never().is_none());
        database.writes.readers("orders").notify_waiters();
        orders.await;
    }
}
