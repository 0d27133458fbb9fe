use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::context::PipeContext;
use super::shard_reader::ShardReader;
use crate::invoke::Invoke;
use crate::source::{Shard, SourceError, Stream};

/// The interval for listing the shards. New shards may appear although no reader has reached the end of its
/// shard.
const REFRESH_INTERVAL: Duration = Duration::from_secs(5);

/// Runs a reader for each readable shard of a stream.
pub struct Shards<S, I> {
    stream: S,
    pipe: Arc<PipeContext<I>>,
    started: HashSet<String>,
    running: JoinSet<()>,
}

impl<S: Stream, I: Invoke> Shards<S, I> {
    /// Returns when each shard that exists now has a checkpoint.
    pub async fn open(stream: S, pipe: Arc<PipeContext<I>>) -> Result<Self, SourceError> {
        let mut shards = Self { stream, pipe, started: HashSet::new(), running: JoinSet::new() };
        shards.start_new().await?;
        Ok(shards)
    }

    /// Returns when the pipe has stopped and the batches in flight have ended.
    pub async fn run(mut self) {
        let pipe = self.pipe.clone();
        tokio::select! {
            () = pipe.stopped() => (),
            () = self.refresh_forever() => (),
        }
        while self.running.join_next().await.is_some() {}
    }

    async fn refresh_forever(&mut self) {
        loop {
            self.until_refresh().await;
            if let Err(error) = self.start_new().await {
                let pipe = &self.pipe.config.name;
                tracing::warn!(pipe, "cannot list the shards of the stream: {error}; trying again");
            }
        }
    }

    /// Also returns when a shard ends, because its children may start then.
    async fn until_refresh(&mut self) {
        tokio::select! {
            Some(_) = self.running.join_next() => (),
            () = sleep(REFRESH_INTERVAL) => (),
        }
    }

    async fn start_new(&mut self) -> Result<(), SourceError> {
        for shard in self.stream.shards().await? {
            let id = shard.id();
            if !self.started.contains(&id) {
                let reader = ShardReader::open(self.pipe.clone(), shard).await?;
                self.running.spawn(reader.run());
                self.started.insert(id);
            }
        }
        Ok(())
    }
}
