use std::sync::{Mutex, MutexGuard, PoisonError};

use tablecast_pipeline::definition::StartingPosition;
use tokio::sync::watch;

use super::batch::Entry;
use super::progress::Progress;
use super::settings::Settings;
use super::status::Counters;
use crate::database::{Database, DatabaseError, Position, Record, Sequence};

/// What the tasks of one pipe have in common.
pub struct Shared<I> {
    pub settings: Settings,
    pub database: Database,
    pub invoke: I,
    pub counters: Counters,
    stopped: watch::Receiver<bool>,
    progress: Mutex<Progress>,
    /// What the database holds; its lock keeps checkpoints from overtaking each other.
    saved: tokio::sync::Mutex<Position>,
}

impl<I> Shared<I> {
    /// The first checkpoint is saved before anything is read: from then on, nothing is trimmed unread.
    pub async fn resume(
        settings: Settings,
        database: Database,
        invoke: I,
        stopped: watch::Receiver<bool>,
    ) -> Result<Self, DatabaseError> {
        let position = first_position(&settings, &database).await?;
        database.save_checkpoint(&settings.name, &settings.table, &position).await?;
        Ok(Self {
            settings,
            database,
            invoke,
            counters: Counters::default(),
            stopped,
            progress: Mutex::new(Progress::new(position.clone())),
            saved: tokio::sync::Mutex::new(position),
        })
    }

    pub fn read_position(&self) -> Position {
        self.progress().read_position().clone()
    }

    /// Everything up to `next` has been read: `read` records, of which `wanted` are to be delivered.
    pub async fn advance(&self, next: Position, read: usize, wanted: &[Record]) {
        self.progress().advance(next, wanted.iter().map(|record| record.sequence));
        self.counters.update(|status| {
            status.read += read as u64;
            status.filtered += (read - wanted.len()) as u64;
            status.unfinished = self.progress().unfinished() as u64;
        });
        self.save_checkpoint().await;
    }

    /// These have been delivered or given up.
    pub async fn finish(&self, entries: &[Entry]) {
        self.progress().finish(entries.iter().map(|entry| entry.sequence));
        self.counters.update(|status| status.unfinished = self.progress().unfinished() as u64);
        self.save_checkpoint().await;
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A checkpoint that cannot be saved costs nothing but repetition.
    async fn save_checkpoint(&self) {
        let mut saved = self.saved.lock().await;
        let position = self.progress().checkpoint();
        if position == *saved {
            return;
        }
        let Settings { name, table, .. } = &self.settings;
        match self.database.save_checkpoint(name, table, &position).await {
            Ok(()) => *saved = position,
            Err(error) => tracing::warn!("pipe {name}: its place in the stream is not saved: {error}"),
        }
    }

    pub fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    /// Returns when the pipe is to stop.
    pub async fn stopped(&self) {
        self.stopped.clone().wait_for(|stopped| *stopped).await.ok();
    }
}

async fn first_position(settings: &Settings, database: &Database) -> Result<Position, DatabaseError> {
    if let Some(position) = database.checkpoint(&settings.name, &settings.table).await? {
        return Ok(position);
    }
    let latest = match settings.start {
        StartingPosition::TrimHorizon => None,
        StartingPosition::Latest => database.stream_end(&settings.table).await?,
    };
    Ok(latest.unwrap_or(Position { stream: String::new(), sequence: Sequence::START }))
}
