use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::course::Course;
use super::shared::Shared;
use super::source::{Shard, SourceError, Stream};
use crate::invoke::Invoke;

/// A shard may be split without an end that is seen here; new ones are looked for so often.
const LOOK: Duration = Duration::from_secs(5);

/// The courses of a pipe, one for each shard that may be read.
pub struct Shards<S, I> {
    stream: S,
    pipe: Arc<Shared<I>>,
    begun: HashSet<String>,
    running: JoinSet<()>,
}

impl<S: Stream, I: Invoke> Shards<S, I> {
    /// Returns when the shards that are there now have a place where reading begins.
    pub async fn open(stream: S, pipe: Arc<Shared<I>>) -> Result<Self, SourceError> {
        let mut shards = Self { stream, pipe, begun: HashSet::new(), running: JoinSet::new() };
        shards.begin_new().await?;
        Ok(shards)
    }

    /// Until the pipe is stopped and what was in flight has ended.
    pub async fn run(mut self) {
        let pipe = self.pipe.clone();
        tokio::select! {
            () = pipe.stopped() => (),
            () = self.look_for_ever() => (),
        }
        while self.running.join_next().await.is_some() {}
    }

    async fn look_for_ever(&mut self) {
        loop {
            self.until_a_look_is_due().await;
            if let Err(error) = self.begin_new().await {
                let pipe = &self.pipe.settings.name;
                tracing::warn!(pipe, "the stream's shards are looked for again, because: {error}");
            }
        }
    }

    /// The end of a shard lets its children begin.
    async fn until_a_look_is_due(&mut self) {
        tokio::select! {
            Some(_) = self.running.join_next() => (),
            () = sleep(LOOK) => (),
        }
    }

    async fn begin_new(&mut self) -> Result<(), SourceError> {
        for shard in self.stream.shards().await? {
            let id = shard.id();
            if !self.begun.contains(&id) {
                let course = Course::resume(self.pipe.clone(), shard).await?;
                self.running.spawn(course.run());
                self.begun.insert(id);
            }
        }
        Ok(())
    }
}
