//! Writes the items of one tenant, each version after the one before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use super::database::Database;
use super::item::Item;
use super::journal::{Journal, Made};
use super::operation::{Change, Operation};
use super::stock::{Stock, now};

/// The mean time between two operations of a writer. An operation changes two items on average.
const PAUSE: Duration = Duration::from_millis(1_100);

/// The table needs a few seconds to delete an item after its time, and much longer while faults stop it.
const EXPIRY: Duration = Duration::from_secs(120);

pub struct Writer {
    pub journal: Arc<Journal>,
    pub database: Database,
    /// Locked during an operation, and while the workload pauses.
    pub stock: Arc<Mutex<Stock>>,
    pub stops: Arc<AtomicBool>,
}

impl Writer {
    pub async fn run(self) {
        while !self.stops.load(Ordering::Relaxed) {
            let mut stock = self.stock.lock().await;
            let operation = stock.choose();
            self.perform(&mut stock, &operation).await;
            self.find_expired(&mut stock).await;
            let pause = PAUSE.mul_f64(2.0 * stock.random());
            drop(stock);
            sleep(pause).await;
        }
        self.wait_for_expiry().await;
    }

    pub async fn write(&self, choose: fn(&mut Stock) -> Operation) {
        let mut stock = self.stock.lock().await;
        let operation = choose(&mut stock);
        self.perform(&mut stock, &operation).await;
    }

    /// Writes another version of each item.
    pub async fn write_last(&self) {
        let mut stock = self.stock.lock().await;
        for operation in stock.touched() {
            self.perform(&mut stock, &operation).await;
        }
    }

    async fn perform(&self, stock: &mut Stock, operation: &Operation) {
        let started = self.journal.time();
        let (name, request) = operation.request();
        let answer = self.database.call(name, &request).await;
        self.journal.count(&format!("operations: {}", operation.kind), 1);
        let is_complete = answer.as_ref().is_ok_and(|answer| !has_unprocessed(answer));
        for change in &operation.changes {
            let took_place = is_complete || self.took_place(change, &answer).await;
            if took_place {
                let made = Made { kind: operation.kind, started, is_certain: true, is_expired: false };
                self.journal.wrote(change, &made);
                stock.apply(change);
            }
        }
    }

    /// Reads the item, because a write without an answer may have taken place.
    async fn took_place(&self, change: &Change, answer: &Result<Value, String>) -> bool {
        self.journal.count("writes: read again without an answer", 1);
        let item = self.database.get(&change.key).await;
        let is = |expected: Option<&Item>| item == expected.map(Item::attributes).unwrap_or_default();
        if !is(change.new.as_ref()) && !is(change.old.as_ref()) {
            let answer = answer.as_ref().err();
            self.journal.problem(format!("the table has {item} after {change:?}, answer {answer:?}"));
        }
        is(change.new.as_ref()) && !is(change.old.as_ref())
    }

    /// Records the accounts that the table has deleted.
    async fn find_expired(&self, stock: &mut Stock) {
        let due: Vec<_> = stock.expiring().filter(|item| is_due(item)).take(3).cloned().collect();
        for item in due {
            if self.database.get(&item.key).await.is_null() {
                stock.end(&item.key);
                self.record_expiry(item, true);
            }
        }
    }

    /// Waits until the table has deleted every account that expires. After a long time, nobody knows whether it did.
    async fn wait_for_expiry(&self) {
        let mut stock = self.stock.lock().await;
        let until = Instant::now() + EXPIRY;
        while stock.expiring().next().is_some() && Instant::now() < until {
            sleep(Duration::from_secs(1)).await;
            self.find_expired(&mut stock).await;
        }
        let rest: Vec<_> = stock.expiring().cloned().collect();
        for item in rest {
            self.journal.count("writes: accounts that did not expire", 1);
            self.record_expiry(item, false);
        }
    }

    fn record_expiry(&self, item: Item, is_certain: bool) {
        let change = Change { key: item.key.clone(), old: Some(item), new: None };
        let made = Made { kind: "expiry", started: self.journal.time(), is_certain, is_expired: true };
        self.journal.wrote(&change, &made);
    }
}

/// Two seconds later, the table may have deleted it.
fn is_due(item: &Item) -> bool {
    item.expires.is_some_and(|at| at + 2 < now())
}

fn has_unprocessed(answer: &Value) -> bool {
    answer["UnprocessedItems"].as_object().is_some_and(|items| !items.is_empty())
}
