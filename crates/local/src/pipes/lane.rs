use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout_at};

use super::batch::{Batcher, Entry, Next, payload};
use super::dead_letter::{self, Condition, Sender};
use super::outcome::{self, Outcome};
use super::poller::Lanes;
use super::retry::{Group, Step, pause_after};
use super::settings::Settings;
use super::shared::Shared;
use crate::invoke::{Invoke, InvokeError};

/// Delivers its records in order: one batch after another, each until it is finished or given up.
struct Lane<I> {
    shared: Arc<Shared<I>>,
    incoming: mpsc::Receiver<Vec<Entry>>,
    batcher: Batcher,
}

/// The lanes end when the pipe is stopped, or its poller.
pub fn spawn_all<I: Invoke>(shared: &Arc<Shared<I>>, tasks: &mut JoinSet<()>) -> Lanes {
    let lane = |_| {
        let (sender, incoming) = mpsc::channel(1);
        let batcher = Batcher::new(shared.settings.batch, shared.settings.window);
        tasks.spawn(Lane { shared: shared.clone(), incoming, batcher }.run());
        sender
    };
    (0..shared.settings.parallel).map(lane).collect()
}

impl<I: Invoke> Lane<I> {
    async fn run(mut self) {
        while let Some(batch) = self.next_batch().await {
            self.deliver(batch).await;
        }
    }

    async fn next_batch(&mut self) -> Option<Vec<Entry>> {
        while !self.shared.is_stopped() {
            let deadline = match self.batcher.next(Instant::now()) {
                Next::Batch(batch) => return Some(batch),
                Next::WaitUntil(deadline) => Some(deadline),
                Next::Nothing => None,
            };
            let entries = receive(&mut self.incoming, deadline).await?;
            self.batcher.add(entries, Instant::now());
        }
        None
    }

    async fn deliver(&self, batch: Vec<Entry>) {
        let mut groups = VecDeque::from([Group::new(batch)]);
        while let Some(group) = groups.pop_front() {
            if self.shared.is_stopped() {
                return;
            }
            let again = self.try_once(group).await;
            self.pause_before(again.first()).await;
            again.into_iter().rev().for_each(|group| groups.push_front(group));
        }
    }

    /// One attempt for one group, with everything that follows from it but the next attempt.
    async fn try_once(&self, mut group: Group) -> Vec<Group> {
        let policy = &self.shared.settings.retry;
        let expired = group.split_off_expired(policy, SystemTime::now());
        self.give_up(&expired, Condition::RecordAgeExceeded).await;
        if group.entries.is_empty() {
            return Vec::new();
        }
        let outcome = self.execute(&group.entries).await;
        let Step { finished, dead, again } = group.after(&outcome, policy);
        self.shared.counters.delivered(&finished, SystemTime::now());
        self.shared.finish(&finished).await;
        self.give_up(&dead, Condition::RetryAttemptsExhausted).await;
        again
    }

    async fn execute(&self, entries: &[Entry]) -> Outcome {
        self.shared.counters.update(|status| status.batches += 1);
        let (pipe, count) = (&self.shared.settings.name, entries.len());
        match self.call_both(entries).await {
            Ok(Outcome::Delivered) => Outcome::Delivered,
            Ok(outcome) => {
                tracing::warn!(pipe, "the target did not take all of {count} records: {outcome:?}");
                outcome
            }
            Err(error) => {
                tracing::warn!(pipe, "{count} records are not delivered: {error}");
                outcome::of_error(&error)
            }
        }
    }

    async fn call_both(&self, entries: &[Entry]) -> Result<Outcome, InvokeError> {
        let Shared { invoke, settings, .. } = &*self.shared;
        let enriched = invoke.invoke(&settings.places.enrichment, payload(entries)).await?;
        if outcome::has_nothing_for_the_target(&enriched) {
            tracing::info!(pipe = settings.name, "nothing for the target in {} records", entries.len());
            return Ok(Outcome::Delivered);
        }
        let answer = invoke.invoke(&settings.places.target, enriched).await?;
        Ok(outcome::of_answer(&answer, entries))
    }

    async fn pause_before(&self, next: Option<&Group>) {
        let Some(group) = next else { return };
        self.shared.counters.update(|status| status.retried += 1);
        tokio::select! {
            () = sleep(pause_after(group.failures)) => (),
            () = self.shared.stopped() => (),
        }
    }

    /// Returns only when the dead letter is kept: until then the records are not finished.
    async fn give_up(&self, entries: &[Entry], condition: Condition) {
        let Shared { settings, database, .. } = &*self.shared;
        let shard_id = database.shard_id(&settings.table);
        let sender = Sender { pipe: &settings.name, shard_id: &shard_id };
        let Some(letter) = sender.letter(entries, condition, SystemTime::now()) else { return };
        self.keep(&letter).await;
        self.report_given_up(entries, condition);
        self.shared.finish(entries).await;
    }

    async fn keep(&self, letter: &Value) {
        let Settings { name, places, .. } = &self.shared.settings;
        for failures in 1.. {
            let Err(error) = dead_letter::append(&places.dead_letters, letter).await else { return };
            let path = places.dead_letters.display();
            tracing::error!(pipe = name, "the pipe stands still: cannot write {path}: {error}");
            sleep(pause_after(failures)).await;
        }
    }

    fn report_given_up(&self, entries: &[Entry], condition: Condition) {
        let Shared { settings, counters, .. } = &*self.shared;
        counters.update(|status| status.dead_lettered += entries.len() as u64);
        let ids: Vec<_> = entries.iter().map(|entry| entry.event_id.as_str()).collect();
        let (count, path) = (entries.len(), settings.places.dead_letters.display());
        let ids = ids.join(" ");
        tracing::error!(pipe = settings.name, "{count} records given up ({condition:?}), see {path}: {ids}");
    }
}

/// Empty when the deadline has passed, `None` when no more can come.
async fn receive(incoming: &mut mpsc::Receiver<Vec<Entry>>, deadline: Option<Instant>) -> Option<Vec<Entry>> {
    match deadline {
        None => incoming.recv().await,
        Some(deadline) => timeout_at(deadline.into(), incoming.recv()).await.unwrap_or(Some(Vec::new())),
    }
}
