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

const DAMAGED_ENTRY: &str = "an entry of the list of fan-outs is damaged: it is replaced";

fn list_key(source: &str) -> Key {
    key(&partition(hash(source) % LISTS), source)
}

fn partition(number: u64) -> String {
    format!("fanout#{number:02}")
}

impl Connections {
    pub(super) async fn list(&self, source: &str, run_id: u64, now: i64) -> Result<(), StorageError> {
        let update = Update::new().set("run_id", number(run_id)).set("listed_at", number(now));
        self.update(list_key(source), update).await.map(drop)
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
        for fields in self.query(partition(list)).await? {
            let Some(source) = text_of(&fields, "sk") else { continue };
            let run = self.run(source).await?;
            match Entry::read(&fields) {
                None => self.list_again(source, run.as_ref(), &fields, now).await?,
                Some(entry) if run.is_none() && now - entry.listed_at > FORGOTTEN_AFTER => {
                    self.unlist(source, entry.run_id).await?;
                }
                Some(_) => {}
            }
            runs.extend(run);
        }
        Ok(runs)
    }

    /// Replaces a damaged entry. Without a run, it is forgotten later, because its run may be about to begin.
    async fn list_again(
        &self,
        source: &str,
        run: Option<&Run>,
        fields: &Fields,
        now: i64,
    ) -> Result<(), StorageError> {
        self.report_fields(fields, "an attribute is absent, or is no number", DAMAGED_ENTRY);
        self.list(source, run.map_or(0, |run| run.run_id), now).await
    }
}

/// An entry of the list.
struct Entry {
    run_id: u64,
    listed_at: i64,
}

impl Entry {
    fn read(fields: &Fields) -> Option<Self> {
        Some(Self { run_id: number_of(fields, "run_id")?, listed_at: number_of(fields, "listed_at")? })
    }
}
