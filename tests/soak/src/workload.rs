//! The writers, the clients in three languages, and the consumer of the bus.
//!
//! # Layout
//! - `start`: starts the clients, the consumer of the bus and the writers
//! - `item`: items; `events`: the events that their changes must become; `digest`: long texts in short
//! - `stock`: the items of a writer; `choice`: its next operation; `operation`: the requests; `database`: sends them
//! - `writer`: writes the items of one tenant; `control`: pauses and restored tables
//! - `rejected`: reads the rejected records
//! - `roster`: the clients; `launched`: all of them as they run; `application`: runs one of them
//! - `program`: the programs of the clients; `copies`: copies of them; `lines`: reads the lines that they print
//! - `receive`: reads an event, and checks it against its schema
//! - `journal`: everything so far; `awaited`: what has not arrived yet

mod application;
mod awaited;
mod choice;
mod control;
mod copies;
mod database;
mod digest;
mod events;
mod item;
mod journal;
mod launched;
mod lines;
mod operation;
mod program;
mod receive;
mod rejected;
mod roster;
mod start;
mod stock;
mod writer;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::sleep;

pub use crate::oracle::observations::Observations;
use control::Control;
use database::Database;
use item::Table;
use journal::Journal;
use launched::Launched;
use operation::Operation;
pub use start::start;
use stock::Stock;
use writer::Writer;

/// After this time without progress, the rest will not arrive.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Workload {
    journal: Arc<Journal>,
    database: Database,
    stocks: Vec<Arc<Mutex<Stock>>>,
    stops: Arc<AtomicBool>,
    tasks: StdMutex<Vec<JoinHandle<()>>>,
    control: Arc<Control>,
    launched: Launched,
}

impl Workload {
    fn lock_tasks(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writers(&self) -> impl Iterator<Item = Writer> {
        self.stocks.iter().map(|stock| Writer {
            journal: Arc::clone(&self.journal),
            database: self.database.clone(),
            stock: Arc::clone(stock),
            stops: Arc::clone(&self.stops),
        })
    }

    /// The number of acknowledged writes whose events have not arrived everywhere.
    pub fn lag(&self) -> usize {
        self.journal.lag()
    }

    /// Describes what has not arrived everywhere.
    pub fn missing(&self) -> Vec<String> {
        self.journal.missing()
    }

    /// The number of events of this table that are missing somewhere.
    pub fn lag_of(&self, table: &str) -> usize {
        self.journal.lag_of(table)
    }

    /// Returns when no write to this table is in flight. No other begins before [`Self::resume`].
    pub async fn pause(&self, table: &str) {
        self.control.pause(table_named(table));
        for stock in &self.stocks {
            drop(stock.lock().await);
        }
    }

    pub fn resume(&self) {
        self.control.resume();
    }

    /// Marks a table as empty, under a new stream. The workload is paused.
    pub fn restored(&self, table: &str) {
        self.control.restored(table_named(table));
    }

    /// Writes this number of transactions at once.
    pub async fn burst(&self, transactions: usize) -> u64 {
        self.write(transactions, Stock::transaction).await
    }

    /// Writes this number of records that become no event.
    pub async fn poison(&self, records: usize) -> u64 {
        self.write(records, Stock::poison).await
    }

    /// Writes an odd order of each tenant.
    pub async fn odd(&self) -> u64 {
        self.write(self.stocks.len(), Stock::odd).await
    }

    /// Each writer in turn performs an operation.
    async fn write(&self, operations: usize, choose: fn(&mut Stock) -> Operation) -> u64 {
        let writers: Vec<_> = self.writers().collect();
        for writer in writers.iter().cycle().take(operations) {
            writer.write(choose).await;
        }
        operations as u64
    }

    pub async fn stop_writing(&self) {
        self.stops.store(true, Ordering::Relaxed);
        let tasks: Vec<_> = std::mem::take(&mut *self.lock_tasks());
        for task in tasks {
            task.await.expect("a writer panicked");
        }
    }

    /// Waits until everything has arrived, or nothing has arrived for long.
    pub async fn finish(self) -> Observations {
        self.settle().await;
        // Late events change no collection, so each item changes once more.
        for writer in self.writers() {
            writer.write_last().await;
        }
        self.settle().await;
        self.launched.finish().await;
        let mut observations = self.journal.finish();
        observations.rejected = rejected::rejected(&self.database).await;
        observations
    }

    async fn settle(&self) {
        let (mut received, mut since) = (0, tokio::time::Instant::now());
        while (self.lag() > 0 || !self.journal.is_ready()) && since.elapsed() < PATIENCE {
            sleep(Duration::from_millis(500)).await;
            let now = self.journal.received();
            if now != received {
                (received, since) = (now, tokio::time::Instant::now());
            }
        }
        for line in self.journal.missing() {
            eprintln!("missing at the end: {line}");
        }
    }
}

fn table_named(name: &str) -> Table {
    Table::named(name).expect("no such table")
}
