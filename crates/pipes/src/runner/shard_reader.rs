use std::sync::Arc;

use tokio::task::JoinSet;

use super::context::PipeContext;
use super::shard_state::ShardState;
use super::{poller, worker};
use crate::invoke::Invoke;
use crate::source::{Shard, SourceError};

/// Reads one shard: a poller, and the workers that deliver its records.
pub struct ShardReader<S: Shard, I>(Arc<ShardState<S, I>>);

impl<S: Shard, I: Invoke> ShardReader<S, I> {
    /// Starts at the checkpoint of the pipe.
    pub async fn open(pipe: Arc<PipeContext<I>>, shard: S) -> Result<Self, SourceError> {
        Ok(Self(Arc::new(ShardState::open(pipe, shard).await?)))
    }

    /// Returns when the shard has ended and all records are finished, or when the pipe stops.
    pub async fn run(self) {
        let mut tasks = JoinSet::new();
        let workers = worker::spawn_all(&self.0, &mut tasks);
        poller::run(&self.0, workers).await;
        while tasks.join_next().await.is_some() {}
    }
}
