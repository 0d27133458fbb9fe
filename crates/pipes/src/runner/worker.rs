use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout_at};

use super::batch::{Batcher, NextBatch, payload};
use super::context::PipeContext;
use super::dead_letter::{Condition, Origin};
use super::entry::Entry;
use super::outcome::{self, Outcome};
use super::retry::{AttemptResult, Group, retry_delay};
use super::shard_state::ShardState;
use super::status::Status;
use crate::invoke::{Invoke, InvokeError};
use crate::source::Shard;

/// The queues of the workers. Each holds at most one page.
pub type Inputs = Vec<mpsc::Sender<Vec<Entry>>>;

/// Delivers records in order, one batch after another. A batch ends when all its records are delivered or
/// dead-lettered.
struct Worker<S: Shard, I> {
    state: Arc<ShardState<S, I>>,
    incoming: mpsc::Receiver<Vec<Entry>>,
    batcher: Batcher,
}

/// Starts the workers of a shard. They end when the pipe stops, or when the shard has ended and all records
/// are finished.
pub fn spawn_all<S: Shard, I: Invoke>(state: &Arc<ShardState<S, I>>, tasks: &mut JoinSet<()>) -> Inputs {
    let config = &state.pipe.config;
    let worker = |_| {
        let (sender, incoming) = mpsc::channel(1);
        let batcher = Batcher::new(config.batch, config.window);
        tasks.spawn(Worker { state: state.clone(), incoming, batcher }.run());
        sender
    };
    (0..config.parallel).map(worker).collect()
}

impl<S: Shard, I: Invoke> Worker<S, I> {
    async fn run(mut self) {
        while let Some(batch) = self.next_batch().await {
            self.deliver(batch).await;
        }
    }

    async fn next_batch(&mut self) -> Option<Vec<Entry>> {
        while !self.state.pipe.is_stopped() {
            let deadline = match self.batcher.next(Instant::now()) {
                NextBatch::Ready(batch) => return Some(batch),
                NextBatch::WaitUntil(deadline) => Some(deadline),
                NextBatch::Empty => None,
            };
            match receive(&mut self.incoming, deadline).await {
                Some(entries) => self.batcher.add(entries, Instant::now()),
                None if self.batcher.is_empty() => return None,
                None => self.batcher.finish(),
            }
        }
        None
    }

    async fn deliver(&self, batch: Vec<Entry>) {
        let mut groups = VecDeque::from([Group::new(batch)]);
        while let Some(group) = groups.pop_front() {
            if self.state.pipe.is_stopped() {
                return;
            }
            let retry = self.try_once(group).await;
            self.wait_before(retry.first()).await;
            retry.into_iter().rev().for_each(|group| groups.push_front(group));
        }
    }

    /// Makes one attempt, and returns the groups that need another one.
    async fn try_once(&self, mut group: Group) -> Vec<Group> {
        let PipeContext { config, .. } = &*self.state.pipe;
        let policy = &config.retry;
        let expired = group.split_off_expired(policy, SystemTime::now());
        self.dead_letter(&expired, Condition::RecordAgeExceeded).await;
        if group.entries.is_empty() {
            return Vec::new();
        }
        let outcome = self.execute(&group.entries).await;
        let AttemptResult { delivered, exhausted, retry } = group.after(&outcome, policy);
        let now = SystemTime::now();
        self.state.finish(&delivered, |status| status.deliver(&delivered, now)).await;
        self.dead_letter(&exhausted, Condition::RetryAttemptsExhausted).await;
        retry
    }

    async fn execute(&self, entries: &[Entry]) -> Outcome {
        let PipeContext { config, counters, .. } = &*self.state.pipe;
        counters.update(|status| status.batches += 1);
        let (pipe, count) = (&config.name, entries.len());
        match self.call_both(entries).await {
            Ok(Outcome::Delivered) => Outcome::Delivered,
            Ok(outcome) => {
                tracing::warn!(pipe, "the target did not accept all of {count} records: {outcome}");
                outcome
            }
            Err(error) => {
                tracing::warn!(pipe, "{count} records are not delivered: {error}");
                outcome::of_error(&error)
            }
        }
    }

    async fn call_both(&self, entries: &[Entry]) -> Result<Outcome, InvokeError> {
        let PipeContext { invoke, config, .. } = &*self.state.pipe;
        let mut payload = payload(entries);
        if let Some(enrichment) = &config.enrichment {
            payload = invoke.invoke(enrichment, payload).await?;
        }
        if outcome::is_nothing_for_the_target(&payload) {
            let (pipe, count) = (&config.name, entries.len());
            tracing::info!(pipe, "the enrichment of {count} records returned nothing for the target");
            return Ok(Outcome::Delivered);
        }
        let response = invoke.invoke(&config.target, payload).await?;
        Ok(outcome::of_response(&response, entries))
    }

    async fn wait_before(&self, next: Option<&Group>) {
        let Some(group) = next else { return };
        self.state.pipe.counters.update(|status| status.retried += 1);
        tokio::select! {
            () = sleep(retry_delay(group.failures)) => (),
            () = self.state.pipe.stopped() => (),
        }
    }

    /// Returns only when the dead letter is stored. Until then, the records are not finished.
    async fn dead_letter(&self, entries: &[Entry], condition: Condition) {
        let shard_id = self.state.shard.id();
        let origin = Origin { pipe: &self.state.pipe.config.name, shard_id: &shard_id };
        let Some(letter) = origin.dead_letter(entries, condition, SystemTime::now()) else { return };
        self.store(&letter).await;
        self.log_dead_letter(entries, condition);
        let count = |status: &mut Status| status.dead_lettered += entries.len() as u64;
        self.state.finish(entries, count).await;
    }

    async fn store(&self, letter: &Value) {
        let PipeContext { config, dead_letters, .. } = &*self.state.pipe;
        for failures in 1.. {
            let Err(error) = dead_letters.store(letter).await else { return };
            let (pipe, location) = (&config.name, dead_letters.location());
            tracing::error!(pipe, "the pipe is blocked: cannot store a dead letter in {location}: {error}");
            sleep(retry_delay(failures)).await;
        }
    }

    fn log_dead_letter(&self, entries: &[Entry], condition: Condition) {
        let PipeContext { config, dead_letters, .. } = &*self.state.pipe;
        let ids: Vec<_> = entries.iter().map(|entry| entry.event_id.as_str()).collect();
        let (pipe, count, location, ids) =
            (&config.name, entries.len(), dead_letters.location(), ids.join(" "));
        tracing::error!(
            pipe,
            "gave up {count} records ({condition:?}); dead letter: {location}; records: {ids}"
        );
    }
}

/// Returns no entries when the deadline has passed, and `None` when no more can follow.
async fn receive(incoming: &mut mpsc::Receiver<Vec<Entry>>, deadline: Option<Instant>) -> Option<Vec<Entry>> {
    match deadline {
        None => incoming.recv().await,
        Some(deadline) => timeout_at(deadline.into(), incoming.recv()).await.unwrap_or(Some(Vec::new())),
    }
}
