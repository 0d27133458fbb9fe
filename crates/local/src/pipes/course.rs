use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinSet;

use super::batch::Entry;
use super::progress::Progress;
use super::shared::Shared;
use super::source::{Record, Shard, SourceError};
use super::status::Status;
use super::{lane, poller};
use crate::invoke::Invoke;

/// A pipe's way through one shard.
pub struct Course<S: Shard, I> {
    pub pipe: Arc<Shared<I>>,
    pub shard: S,
    progress: Mutex<Progress<S::Position>>,
    /// What the shard keeps; its lock keeps checkpoints from overtaking each other.
    kept: tokio::sync::Mutex<S::Position>,
}

impl<S: Shard, I: Invoke> Course<S, I> {
    /// The first checkpoint is kept before anything is read: from then on, nothing is trimmed unread.
    pub async fn resume(pipe: Arc<Shared<I>>, shard: S) -> Result<Self, SourceError> {
        let position = shard.first().await?;
        shard.keep(&position).await?;
        let progress = Mutex::new(Progress::new(position.clone()));
        Ok(Self { pipe, shard, progress, kept: tokio::sync::Mutex::new(position) })
    }

    /// Until the shard has ended and all of it is finished, or the pipe is stopped.
    pub async fn run(self) {
        let course = Arc::new(self);
        let mut tasks = JoinSet::new();
        let lanes = lane::spawn_all(&course, &mut tasks);
        poller::run(&course, lanes).await;
        while tasks.join_next().await.is_some() {}
    }

    pub fn read_position(&self) -> S::Position {
        self.progress().read_position().clone()
    }

    /// Everything up to `next` has been read: `read` records, of which `wanted` are to be delivered.
    pub async fn advance(
        &self,
        next: S::Position,
        read: usize,
        wanted: Vec<Record<S::Position>>,
    ) -> Vec<(String, Entry)> {
        let first = self.progress().advance(next, wanted.iter().map(|record| record.at.clone()));
        self.save_checkpoint().await;
        self.pipe.counters.update(|status| {
            status.read += read as u64;
            status.filtered += (read - wanted.len()) as u64;
            status.unfinished += wanted.len() as u64;
        });
        let numbered = (first..).zip(wanted);
        numbered.map(|(number, record)| (record.partition.clone(), Entry::new(number, record))).collect()
    }

    /// These have been delivered or given up, as `count` tells.
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

    /// Before it is counted, so that what is counted does not come again after a stop.
    /// A checkpoint that cannot be kept costs nothing but repetition.
    async fn save_checkpoint(&self) {
        let mut kept = self.kept.lock().await;
        let position = self.progress().checkpoint();
        if position == *kept {
            return;
        }
        match self.shard.keep(&position).await {
            Ok(()) => *kept = position,
            Err(error) => {
                tracing::warn!(
                    pipe = self.pipe.settings.name,
                    "its place in the stream is not saved: {error}"
                );
            }
        }
    }
}
