//! Starts workers of `fanout`, while other channels are covered. A start is best effort: a sweep starts the workers
//! that are not started.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{BoxFuture, Either, select};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use tablecast_aws::now_in_milliseconds;
use tablecast_connections::Run;
use tablecast_push::{StartError, WorkerStarter, within};
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// The longest time of all starts of a batch, after its channels are covered.
const STARTING: Duration = Duration::from_secs(1);

/// Requests at once.
const REQUESTS: usize = 64;

pub struct Starts<'s> {
    workers: &'s WorkerStarter,
    slots: &'s Semaphore,
    starting: FuturesUnordered<BoxFuture<'s, Result<(), StartError>>>,
    failures: usize,
}

impl<'s> Starts<'s> {
    pub fn new(workers: &'s WorkerStarter, slots: &'s Semaphore) -> Self {
        Self { workers, slots, starting: FuturesUnordered::new(), failures: 0 }
    }

    /// The slots of all requests.
    pub fn slots() -> Semaphore {
        Semaphore::new(REQUESTS)
    }

    /// Begins to start a worker for each part of a run that no worker holds.
    pub fn begin(&mut self, run: &Run) {
        for part in run.unleased_parts(now_in_milliseconds()) {
            let (workers, slots, source) = (self.workers, self.slots, run.source.clone());
            let start = async move {
                // The semaphore is never closed.
                let _slot = slots.acquire().await;
                workers.start(&source, part).await
            };
            self.starting.push(start.boxed());
        }
    }

    /// Goes on with the starts while something else is done.
    pub async fn during<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            if self.starting.is_empty() {
                return work.await;
            }
            match select(work.as_mut(), self.starting.next()).await {
                Either::Left((result, _)) => return result,
                Either::Right((started, _)) => self.record(started),
            }
        }
    }

    /// Ends the starts soon. Returns how many workers were not started.
    pub async fn finish(mut self, until: Instant) -> usize {
        let all = async {
            while let Some(started) = self.starting.next().await {
                self.record(Some(started));
            }
        };
        within(until.min(Instant::now() + STARTING), all).await;
        let unfinished = self.starting.len();
        if unfinished > 0 {
            tracing::warn!(
                unfinished,
                "could not start workers of fanout in time: the sweep starts them within a minute"
            );
        }
        self.failures + unfinished
    }

    fn record(&mut self, started: Option<Result<(), StartError>>) {
        if let Some(Err(error)) = started {
            self.failures += 1;
            let source = error.source_name();
            tracing::warn!(
                source,
                %error,
                "could not start a worker of fanout: the sweep starts it within a minute"
            );
        }
    }
}
