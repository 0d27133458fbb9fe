//! The list of all runs, in several partitions. It finds runs whose worker has died.

use tablecast_aws::StorageError;

use super::item::number;
use super::run::{Run, hash};
use super::update::Update;
use crate::connections::Connections;
use crate::fields::{Fields, number_of, text_of};
use crate::write::{Key, key};

/// Partitions of the list.
pub const LISTS: u64 = 16;

/// An entry without a run is forgotten after this time, in milliseconds. Its run may be about to begin.
const FORGOTTEN_AFTER: i64 = 600_000;

fn list_key(source: &str) -> Key {
    key(&partition(hash(source) % LISTS), source)
}

fn partition(number: u64) -> String {
    format!("fanout#{number:02}")
}

impl Connections {
    pub(super) async fn list(&self, run: &Run, now: i64) -> Result<(), StorageError> {
        let update = Update::new().set("run_id", number(run.run_id)).set("listed_at", number(now));
        self.update(list_key(&run.source), update).await.map(drop)
    }

    /// Removes a run from the list, unless a newer one is there.
    pub(super) async fn unlist(&self, source: &str, run_id: u64) -> Result<(), StorageError> {
        let condition = Update::new().only_if("run_id", "=", number(run_id));
        self.delete_if(list_key(source), condition).await.map(drop)
    }

    /// Returns the runs of one list, of `LISTS`, that have not ended, and forgets those that have. `now` is in
    /// milliseconds since the epoch.
    pub async fn runs(&self, list: u64, now: i64) -> Result<Vec<Run>, StorageError> {
        let mut runs = Vec::new();
        for entry in self.query(partition(list)).await?.iter().filter_map(Entry::read) {
            match self.run(&entry.source).await? {
                Some(run) => runs.push(run),
                None if now - entry.listed_at > FORGOTTEN_AFTER => {
                    self.unlist(&entry.source, entry.run_id).await?;
                }
                None => {}
            }
        }
        Ok(runs)
    }
}

/// An entry of the list.
struct Entry {
    source: String,
    run_id: u64,
    listed_at: i64,
}

impl Entry {
    fn read(fields: &Fields) -> Option<Self> {
        let source = text_of(fields, "sk")?.to_owned();
        Some(Self {
            source,
            run_id: number_of(fields, "run_id")?,
            listed_at: number_of(fields, "listed_at")?,
        })
    }
}
