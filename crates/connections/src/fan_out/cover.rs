use std::ops::RangeInclusive;
use std::time::Duration;

use tablecast_aws::{StorageError, pause};

use super::item::{expires_at, key_of, number};
use super::run::Run;
use super::update::Update;
use crate::connections::Connections;
use crate::write::Key;

/// Attempts while other writers change the run.
const ATTEMPTS: u32 = 12;

/// The longest pause before the second attempt. It doubles with each attempt.
const PAUSE: Duration = Duration::from_millis(10);

/// After this attempt, the pauses do not grow.
const LONGEST_PAUSE: u32 = 6;

impl Connections {
    /// Makes sure that `fanout` pushes these offsets of a channel's log. Returns the run that covers them. `known`
    /// is the run that the look-up found, and `now` is in milliseconds since the epoch.
    ///
    /// The offsets must be in the log. The pipe must not get its response before this returns.
    pub async fn cover(
        &self,
        source: &str,
        offsets: RangeInclusive<u64>,
        known: Option<Run>,
        now: i64,
    ) -> Result<Run, StorageError> {
        let mut known = known;
        for attempt in 0..ATTEMPTS {
            pause(attempt.min(LONGEST_PAUSE), PAUSE).await;
            let run = match known.take() {
                Some(run) => Some(run),
                None => self.run(source).await?,
            };
            let covering = match &run {
                Some(run) => self.extend(run, &offsets, now).await?,
                None => self.begin(source, &offsets, now).await?,
            };
            if let Some(run) = covering {
                return Ok(run);
            }
        }
        let reason = format!("the fan-out of {source} changed during {ATTEMPTS} attempts");
        Err(StorageError::contradictory(&self.table, reason))
    }

    async fn begin(
        &self,
        source: &str,
        offsets: &RangeInclusive<u64>,
        now: i64,
    ) -> Result<Option<Run>, StorageError> {
        let run = Run::new(source, offsets.start().saturating_sub(1), *offsets.end());
        // Listed first: a run that is not listed could be forgotten.
        self.list(source, run.run_id, now).await?;
        let update = run
            .fields(now)
            .into_iter()
            .fold(Update::new().only_if_absent(), |update, (name, value)| update.set(&name, value));
        self.write_run(source, update).await
    }

    async fn extend(
        &self,
        run: &Run,
        offsets: &RangeInclusive<u64>,
        now: i64,
    ) -> Result<Option<Run>, StorageError> {
        let before = offsets.start().saturating_sub(1);
        if run.started_after > before {
            return self.rewind(run, before, *offsets.end()).await;
        }
        // Also if the run has ended meanwhile: its events were pushed up to `needed_to`.
        if run.needed_to >= *offsets.end() {
            return Ok(Some(run.clone()));
        }
        let update = Update::new()
            .set("needed_to", number(offsets.end()))
            .set("expires_at", number(expires_at(now)))
            .only_if("run_id", "=", number(run.run_id))
            .only_if("needed_to", "<", number(offsets.end()))
            .only_if("started_after", "<=", number(before));
        self.write_run(&run.source, update).await
    }

    /// Starts a run at an earlier offset.
    async fn rewind(&self, run: &Run, before: u64, to: u64) -> Result<Option<Run>, StorageError> {
        let update = Update::new()
            .set("started_after", number(before))
            .set("needed_to", number(to.max(run.needed_to)))
            .only_if("run_id", "=", number(run.run_id))
            .only_if("started_after", "=", number(run.started_after))
            .only_if("needed_to", "=", number(run.needed_to))
            // A worker may have shared its audience meanwhile, so that there are more cursors.
            .only_if("parts", "=", number(run.parts.len()));
        let update = run.parts.iter().enumerate().fold(update, |update, (index, part)| {
            let name = format!("cursor_{index}");
            let update = update.set(&name, number(part.cursor.min(before)));
            update.only_if(&name, "=", number(part.cursor))
        });
        self.write_run(&run.source, update).await
    }

    /// Returns the run after the write. None if the condition fails, or if the rest of the item is damaged: the next
    /// `run` replaces it.
    pub(super) async fn write_run(&self, source: &str, update: Update) -> Result<Option<Run>, StorageError> {
        let fields = self.update(self.run_key(source)?, update).await?;
        Ok(fields.and_then(|fields| Run::read(source, &fields).ok()))
    }

    pub(super) fn run_key(&self, source: &str) -> Result<Key, StorageError> {
        let reason =
            || StorageError::contradictory(&self.table, format!("{source} is not a channel's source"));
        key_of(source).ok_or_else(reason)
    }
}
