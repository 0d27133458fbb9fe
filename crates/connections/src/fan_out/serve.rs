use tablecast_aws::{Provable, Proven, StorageError, now_in_milliseconds};

use super::item::{expires_at, number};
use super::run::{MAX_PARTS, Part, Run};
use super::update::Update;
use crate::connections::Connections;
use crate::fields::Fields;

const DAMAGED_RUN: &str =
    "the item of a fan-out is damaged: it is replaced, and the connections of the channel are closed";

/// Attempts to replace a damaged run that other writers change.
const REPAIRS: usize = 3;

impl Connections {
    /// Returns the run of a channel. None if there is none. A consistent read. A damaged run is replaced, logged and
    /// counted: it must not seem to be none.
    pub async fn run(&self, source: &str) -> Result<Option<Run>, StorageError> {
        for _ in 0..REPAIRS {
            let Some(fields) = self.read_run(source).await? else { return Ok(None) };
            let reason = match Run::read(source, &fields) {
                Ok(run) => return Ok(Some(run)),
                Err(reason) => reason,
            };
            self.report_fields(&fields, &reason, DAMAGED_RUN);
            if let Some(run) = self.repair(source, &fields).await? {
                return Ok(Some(run));
            }
        }
        let reason = format!("the damaged fan-out of {source} changed during {REPAIRS} attempts");
        Err(StorageError::contradictory(&self.table, reason))
    }

    async fn read_run(&self, source: &str) -> Result<Option<Fields>, StorageError> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(true);
        let request = request.set_key(Some(self.run_key(source)?));
        // DynamoDB omits `Item` if there is none.
        let response = request.with_proof().send().await.map_err(|cause| self.failed(cause))?;
        Ok(response.proven(&self.table)?.item)
    }

    /// Takes a part for a worker, or takes it again. Returns None if another worker holds it, or if the run has
    /// ended. Times are milliseconds since the epoch.
    pub async fn lease(
        &self,
        run: &Run,
        part: usize,
        owner: u64,
        now: i64,
        until: i64,
    ) -> Result<Option<Run>, StorageError> {
        let held = run.parts.get(part).copied().unwrap_or_default();
        if held.owner != owner && held.leased_until > now {
            return Ok(None);
        }
        let update = Update::new()
            .set(&format!("owner_{part}"), number(owner))
            .set(&format!("leased_until_{part}"), number(until));
        self.write_run(&run.source, unchanged(update, run, part)).await
    }

    /// Moves the cursor of a worker's part, and renews its lease. Returns None if another worker has the part, if
    /// the run began again at an earlier offset, or if it has ended.
    pub async fn advance(
        &self,
        run: &Run,
        part: usize,
        cursor: u64,
        until: i64,
    ) -> Result<Option<Run>, StorageError> {
        let update = Update::new()
            .set(&format!("cursor_{part}"), number(cursor))
            .set(&format!("leased_until_{part}"), number(until))
            .set("expires_at", number(expires_at(now_in_milliseconds())));
        self.write_run(&run.source, unchanged(update, run, part)).await
    }

    /// Shares the audience of a run of one part between several. They begin at its cursor. Returns None if the run
    /// has changed.
    pub async fn split(&self, run: &Run, parts: usize) -> Result<Option<Run>, StorageError> {
        let Part { cursor, .. } = run.parts.first().copied().unwrap_or_default();
        let parts = parts.clamp(1, MAX_PARTS);
        let update = Update::new().set("parts", number(parts));
        let update = (1..parts).fold(update, |update, index| {
            let update = update.set(&format!("cursor_{index}"), number(cursor));
            let update = update.set(&format!("owner_{index}"), number(0));
            update.set(&format!("leased_until_{index}"), number(0))
        });
        let update = update.only_if("parts", "=", number(1));
        self.write_run(&run.source, unchanged(update, run, 0)).await
    }

    /// Ends a run that is done. Returns false if it is not, because more events are covered.
    pub async fn end_run(&self, run: &Run, part: usize) -> Result<bool, StorageError> {
        if !run.is_done() {
            return Ok(false);
        }
        let done = run.parts.iter().map(|part| part.cursor).min().unwrap_or_default();
        let condition = unchanged(Update::new(), run, part).only_if("needed_to", "<=", number(done));
        let condition = condition.only_if("started_after", "=", number(run.started_after));
        let ended = self.delete_if(self.run_key(&run.source)?, condition).await?;
        if ended {
            self.unlist(&run.source, run.run_id).await?;
        }
        Ok(ended)
    }
}

/// On condition that the part is as the worker knows it.
fn unchanged(update: Update, run: &Run, part: usize) -> Update {
    let known = run.parts.get(part).copied().unwrap_or_default();
    update
        .only_if("run_id", "=", number(run.run_id))
        .only_if(&format!("owner_{part}"), "=", number(known.owner))
        .only_if(&format!("cursor_{part}"), "=", number(known.cursor))
        .only_if(&format!("leased_until_{part}"), "=", number(known.leased_until))
}
