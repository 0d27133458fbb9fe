use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::context::PipeContext;
use super::entry::Entry;
use super::progress::Progress;
use super::status::Status;
use crate::source::{Record, Shard, SourceError};

/// The progress of a pipe in one shard, and its checkpoint.
pub struct ShardState<S: Shard, I> {
    pub pipe: Arc<PipeContext<I>>,
    pub shard: S,
    progress: Mutex<Progress<S::Position>>,
    /// The stored checkpoint. Its lock keeps checkpoints in order.
    saved: tokio::sync::Mutex<S::Position>,
}

impl<S: Shard, I> ShardState<S, I> {
    /// Stores the first checkpoint before the first read. From then on, the source keeps all unread records.
    pub async fn open(pipe: Arc<PipeContext<I>>, shard: S) -> Result<Self, SourceError> {
        let position = shard.start_position().await?;
        shard.save(&position).await?;
        let progress = Mutex::new(Progress::new(position.clone()));
        Ok(Self { pipe, shard, progress, saved: tokio::sync::Mutex::new(position) })
    }

    pub fn read_position(&self) -> S::Position {
        self.progress().read_position().clone()
    }

    /// Notes that the pipe has read these records up to `next`, and returns entries for the `matched` ones.
    pub async fn advance(
        &self,
        next: S::Position,
        matched: Vec<Record<S::Position>>,
        dropped: &[Record<S::Position>],
    ) -> Vec<(String, Entry)> {
        let first = self.progress().advance(next, matched.iter().map(|record| record.position.clone()));
        self.save_checkpoint().await;
        self.pipe.counters.update(|status| {
            status.read += (matched.len() + dropped.len()) as u64;
            status.filtered += dropped.len() as u64;
            status.unfinished += matched.len() as u64;
        });
        let numbered = (first..).zip(matched);
        numbered.map(|(number, record)| (record.partition.clone(), Entry::new(number, record))).collect()
    }

    /// Marks entries as finished, that is delivered or dead-lettered, and lets `count` update the status.
    pub async fn finish(&self, entries: &[Entry], count: impl FnOnce(&mut Status)) {
        self.progress().finish(entries.iter().map(|entry| entry.number));
        self.save_checkpoint().await;
        self.pipe.counters.update(|status| {
            status.unfinished -= entries.len() as u64;
            count(status);
        });
    }

    fn progress(&self) -> MutexGuard<'_, Progress<S::Position>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs before the status counts the records, so that counted records never return after a stop.
    /// A failure only makes the pipe deliver records twice.
    async fn save_checkpoint(&self) {
        let mut saved = self.saved.lock().await;
        let position = self.progress().checkpoint();
        if position == *saved {
            return;
        }
        match self.shard.save(&position).await {
            Ok(()) => *saved = position,
            Err(error) => {
                tracing::warn!(pipe = self.pipe.config.name, "cannot save the checkpoint: {error}");
            }
        }
    }
}
