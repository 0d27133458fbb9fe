//! Serves a part of a channel. Reading, sending, closing and writing the cursor run at once, as steps. One
//! connection that is slow delays no other, only the cursor.
//!
//! # Layout
//! - `reading`: blocks of the log become what listeners lack
//! - `splitting`: shares a large audience with more workers
//! - `turns`: sends to one connection, and reacts to the result; `tokens`: reads the end of a token again
//! - `failures`: what failures mean, and the pauses of an outage
//! - `cleaning`: closes and deletes connections
//! - `writing`: the cursor, the lease and the end of the run
//! - `sharing`: the fair share of the rate, and listeners that are far behind

mod cleaning;
mod failures;
mod reading;
mod sharing;
mod splitting;
mod tokens;
mod turns;
mod writing;

use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use tablecast_aws::{StorageError, now_in_milliseconds};
use tablecast_connections::{Session, Subscriber};
use tablecast_push::{Closing, Pacing, SendResult, StartError};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::block::Block;
use crate::clients::Fanout;
use crate::deadline::Deadline;
use crate::gate::Gate;
use crate::lease::{Lease, Written};
use crate::listeners::Listeners;
use crate::pacer::Pacer;
use crate::served::Served;
pub use crate::served::Stop;
use crate::share::fair_share;
use cleaning::Cleaning;
use failures::Failures;
use reading::Reading;
use sharing::Sharing;
use writing::Writing;

/// This part of the room may be lacked when a worker stops. The next one begins at the cursor, and so sends it to everyone
/// again.
const HANDED_OVER: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Serving,
    /// Nothing begins, and what runs comes to its end.
    Stopping(Stop),
    Over(Option<Stop>),
}

/// The result of something that ran.
enum Completion {
    Read(Result<Option<Block>, StorageError>, u32),
    Turn(Box<TurnResult>),
    Cleaned(String, Closing),
    Written(Result<Written, StorageError>),
    Shared(Result<u64, StorageError>),
    Started(Result<(), StartError>),
    Found(Subscriber, Result<Option<Session>, StorageError>),
}

struct TurnResult {
    subscriber: Subscriber,
    events: usize,
    generation: u32,
    /// 1 if the first event informs the listener.
    notices: usize,
    started_at: Instant,
    sending: SendResult,
}

struct Worker<'f> {
    fanout: &'f Fanout,
    gate: &'f Gate,
    pacing: &'f Pacing,
    deadline: Deadline,
    lease: Lease,
    phase: Phase,
    listeners: Listeners,
    turns: usize,
    reading: Reading,
    failures: Failures,
    cleaning: Cleaning,
    writing: Writing,
    sharing: Sharing,
    steps: FuturesUnordered<LocalBoxFuture<'f, Completion>>,
    served: Served,
}

/// Serves the part until the run is done, or until the worker must stop.
pub async fn serve(fanout: &Fanout, lease: Lease, deadline: Deadline) -> Served {
    let pacer = Pacer::new(fair_share(fanout.limits.posts_per_second, &[]));
    let gate = Gate::new(pacer, lease.held_until());
    let pacing = Pacing::new(fanout.limits.pacing);
    Worker::new(fanout, &gate, &pacing, lease, deadline).run().await
}

impl<'f> Worker<'f> {
    fn new(fanout: &'f Fanout, gate: &'f Gate, pacing: &'f Pacing, lease: Lease, deadline: Deadline) -> Self {
        Self {
            listeners: Listeners::new(lease.cursor()),
            fanout,
            gate,
            pacing,
            deadline,
            lease,
            phase: Phase::Serving,
            turns: 0,
            reading: Reading::new(),
            failures: Failures::default(),
            cleaning: Cleaning::default(),
            writing: Writing::new(),
            sharing: Sharing::new(),
            steps: FuturesUnordered::new(),
            served: Served::default(),
        }
    }

    async fn run(mut self) -> Served {
        loop {
            let now = Instant::now();
            self.check_time(now);
            if let Phase::Over(stop) = self.phase {
                return self.finish(stop);
            }
            self.plan(now);
            let wake_at = self.wake_at(now);
            match timeout_at(wake_at, self.steps.next()).await {
                Ok(Some(completion)) => self.react(completion),
                Ok(None) => sleep_until(wake_at).await,
                Err(_) => {}
            }
        }
    }

    fn check_time(&mut self, now: Instant) {
        if now >= self.deadline.end {
            self.over(self.stop().or(Some(Stop::Deadline)));
        } else if !self.gate.is_held() && !self.is_over() {
            self.over(Some(Stop::Lost));
        } else if now >= self.deadline.stop && self.phase == Phase::Serving {
            self.close_lagging(self.fanout.limits.room.divided_by(HANDED_OVER));
            self.begin_to_stop(Stop::Deadline);
        }
    }

    /// Starts what can be started now.
    fn plan(&mut self, now: Instant) {
        self.plan_cleaning();
        if self.phase == Phase::Serving {
            self.plan_failures(now);
            self.plan_turns();
            self.plan_reading(now);
            self.plan_sharing(now);
        }
        self.plan_writing(now);
    }

    fn react(&mut self, completion: Completion) {
        match completion {
            Completion::Read(block, generation) => self.on_read(block, generation),
            Completion::Turn(result) => self.on_sent(*result),
            Completion::Cleaned(id, closing) => self.on_cleaned(&id, closing),
            Completion::Written(written) => self.on_written(written),
            Completion::Shared(share) => self.on_share(share),
            Completion::Started(started) => self.on_started(started),
            Completion::Found(subscriber, found) => self.on_session(subscriber, found),
        }
    }

    fn wake_at(&self, now: Instant) -> Instant {
        let times = [
            Some(self.reading.next_at).filter(|_| !self.reading.is_on),
            Some(self.writing.next_at).filter(|_| !self.writing.is_on),
            Some(self.sharing.next_at).filter(|_| !self.sharing.is_on),
            self.failures.pause_until,
            Some(self.deadline.stop).filter(|stop| *stop > now),
        ];
        let next = times.into_iter().flatten().filter(|at| *at > now).min();
        let latest = now + self.fanout.limits.renewal;
        next.unwrap_or(latest).min(latest)
    }

    fn stop(&self) -> Option<Stop> {
        match self.phase {
            Phase::Stopping(stop) => Some(stop),
            Phase::Over(stop) => stop,
            Phase::Serving => None,
        }
    }

    /// Turns end with the frame that is on its way.
    fn begin_to_stop(&mut self, stop: Stop) {
        self.phase = Phase::Stopping(stop);
        self.gate.close();
    }

    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over(_))
    }

    fn over(&mut self, stop: Option<Stop>) {
        self.phase = Phase::Over(stop);
    }

    fn finish(mut self, stop: Option<Stop>) -> Served {
        let oldest = self.listeners.oldest().filter(|_| stop.is_some());
        let lag = oldest.map(|appended_at| now_in_milliseconds().saturating_sub(appended_at));
        self.served.lag = lag.unwrap_or_default().max(0).unsigned_abs();
        self.served.stop = stop;
        self.served.counts.unclosed += self.cleaning.unstopped();
        self.served
    }
}
