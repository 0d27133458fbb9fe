use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout_at};

use super::batch::{Batcher, Entry, Next, payload};
use super::course::Course;
use super::dead_letter::{Condition, Sender};
use super::outcome::{self, Outcome};
use super::poller::Lanes;
use super::retry::{Group, Step, pause_after};
use super::shared::Shared;
use super::source::Shard;
use super::status::Status;
use crate::invoke::{Invoke, InvokeError};

/// Delivers its records in order: one batch after another, each until it is finished or given up.
struct Lane<S: Shard, I> {
    course: Arc<Course<S, I>>,
    incoming: mpsc::Receiver<Vec<Entry>>,
    batcher: Batcher,
}

/// The lanes end when the pipe is stopped, or when the shard has ended and everything is finished.
pub fn spawn_all<S: Shard, I: Invoke>(course: &Arc<Course<S, I>>, tasks: &mut JoinSet<()>) -> Lanes {
    let settings = &course.pipe.settings;
    let lane = |_| {
        let (sender, incoming) = mpsc::channel(1);
        let batcher = Batcher::new(settings.batch, settings.window);
        tasks.spawn(Lane { course: course.clone(), incoming, batcher }.run());
        sender
    };
    (0..settings.parallel).map(lane).collect()
}

impl<S: Shard, I: Invoke> Lane<S, I> {
    async fn run(mut self) {
        while let Some(batch) = self.next_batch().await {
            self.deliver(batch).await;
        }
    }

    async fn next_batch(&mut self) -> Option<Vec<Entry>> {
        while !self.course.pipe.is_stopped() {
            let deadline = match self.batcher.next(Instant::now()) {
                Next::Batch(batch) => return Some(batch),
                Next::WaitUntil(deadline) => Some(deadline),
                Next::Nothing => None,
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
            if self.course.pipe.is_stopped() {
                return;
            }
            let again = self.try_once(group).await;
            self.pause_before(again.first()).await;
            again.into_iter().rev().for_each(|group| groups.push_front(group));
        }
    }

    /// One attempt for one group, with everything that follows from it but the next attempt.
    async fn try_once(&self, mut group: Group) -> Vec<Group> {
        let Shared { settings, .. } = &*self.course.pipe;
        let policy = &settings.retry;
        let expired = group.split_off_expired(policy, SystemTime::now());
        self.give_up(&expired, Condition::RecordAgeExceeded).await;
        if group.entries.is_empty() {
            return Vec::new();
        }
        let outcome = self.execute(&group.entries).await;
        let Step { finished, dead, again } = group.after(&outcome, policy);
        let now = SystemTime::now();
        self.course.finish(&finished, |status| status.deliver(&finished, now)).await;
        self.give_up(&dead, Condition::RetryAttemptsExhausted).await;
        again
    }

    async fn execute(&self, entries: &[Entry]) -> Outcome {
        let Shared { settings, counters, .. } = &*self.course.pipe;
        counters.update(|status| status.batches += 1);
        let (pipe, count) = (&settings.name, entries.len());
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
        let Shared { invoke, settings, .. } = &*self.course.pipe;
        let mut payload = payload(entries);
        if let Some(enrichment) = &settings.enrichment {
            payload = invoke.invoke(enrichment, payload).await?;
        }
        if outcome::has_nothing_for_the_target(&payload) {
            tracing::info!(pipe = settings.name, "nothing for the target in {} records", entries.len());
            return Ok(Outcome::Delivered);
        }
        let answer = invoke.invoke(&settings.target, payload).await?;
        Ok(outcome::of_answer(&answer, entries))
    }

    async fn pause_before(&self, next: Option<&Group>) {
        let Some(group) = next else { return };
        self.course.pipe.counters.update(|status| status.retried += 1);
        tokio::select! {
            () = sleep(pause_after(group.failures)) => (),
            () = self.course.pipe.stopped() => (),
        }
    }

    /// Returns only when the dead letter is kept: until then the records are not finished.
    async fn give_up(&self, entries: &[Entry], condition: Condition) {
        let shard_id = self.course.shard.id();
        let sender = Sender { pipe: &self.course.pipe.settings.name, shard_id: &shard_id };
        let Some(letter) = sender.letter(entries, condition, SystemTime::now()) else { return };
        self.keep(&letter).await;
        self.report_given_up(entries, condition);
        let count = |status: &mut Status| status.dead_lettered += entries.len() as u64;
        self.course.finish(entries, count).await;
    }

    async fn keep(&self, letter: &Value) {
        let Shared { settings, dead_letters, .. } = &*self.course.pipe;
        for failures in 1.. {
            let Err(error) = dead_letters.keep(letter).await else { return };
            let (pipe, place) = (&settings.name, dead_letters.place());
            tracing::error!(pipe, "the pipe stands still: no dead letter can be left in {place}: {error}");
            sleep(pause_after(failures)).await;
        }
    }

    fn report_given_up(&self, entries: &[Entry], condition: Condition) {
        let Shared { settings, dead_letters, .. } = &*self.course.pipe;
        let ids: Vec<_> = entries.iter().map(|entry| entry.event_id.as_str()).collect();
        let (count, place, ids) = (entries.len(), dead_letters.place(), ids.join(" "));
        tracing::error!(pipe = settings.name, "{count} records given up ({condition:?}), see {place}: {ids}");
    }
}

/// Empty when the deadline has passed, `None` when no more can come.
async fn receive(incoming: &mut mpsc::Receiver<Vec<Entry>>, deadline: Option<Instant>) -> Option<Vec<Entry>> {
    match deadline {
        None => incoming.recv().await,
        Some(deadline) => timeout_at(deadline.into(), incoming.recv()).await.unwrap_or(Some(Vec::new())),
    }
}
