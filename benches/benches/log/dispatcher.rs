use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tablecast_event_log::{Logs, NewEvent};
use tokio::time::{Instant, sleep};

use crate::events::{Event, Events, PIPE};
use crate::figures::Batch;
use crate::scenario::Scenario;
use crate::{KEEP, START};
use tablecast_benches::dynamodb::StandIn;

/// Channels of a batch that are appended to at once.
const CONCURRENCY: usize = 32;

/// More failures of one append are a fault of the benchmark.
const MAX_FAILURES: usize = 100;

/// A process that appends one batch after another. Its cache is its own.
pub struct Dispatcher {
    logs: Logs,
    events: Events,
    pushes: Duration,
    started: Instant,
}

impl Dispatcher {
    pub fn new(number: usize, scenario: &Scenario, stand_in: &StandIn) -> Self {
        let logs = Logs::new(stand_in.client(number), "log");
        let events = Events::new(scenario.channels_of(number), scenario.load);
        Self { logs, events, pushes: scenario.pushes, started: Instant::now() }
    }

    /// Appends batches until a time, and ends the last one.
    pub async fn run(self, until: Instant) -> Vec<Batch> {
        let mut batches = Vec::new();
        while Instant::now() < until {
            let batch = self.events.batch();
            let start = Instant::now();
            let failures = self.append(&batch).await;
            batches.push(Batch { ended: Instant::now(), took: start.elapsed(), failures });
            sleep(self.pushes).await;
        }
        batches
    }

    /// Appends a batch to the logs of its channels. Returns how many appends failed and were made again.
    pub async fn append(&self, batch: &BTreeMap<String, Vec<Event>>) -> usize {
        let channels: Vec<_> = batch.iter().map(|(source, events)| self.append_to(source, events)).collect();
        let failures: Vec<_> = stream::iter(channels).buffer_unordered(CONCURRENCY).collect().await;
        failures.iter().sum()
    }

    /// Appends until it succeeds, as the pipe retries records.
    async fn append_to(&self, source: &str, events: &[Event]) -> usize {
        let entries: Vec<_> = events.iter().map(|Event { id, text }| NewEvent { id, text }).collect();
        let mut failures = 0;
        while let Err(error) = self.try_append(source, &entries).await {
            failures += 1;
            assert!(failures < MAX_FAILURES, "{error}");
        }
        failures
    }

    async fn try_append(
        &self,
        source: &str,
        entries: &[NewEvent<'_>],
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let appended = self.logs.append(PIPE, source, entries, KEEP, self.now()).await?;
        self.logs.record_end(&appended).await?;
        self.logs.mark_delivered(appended);
        Ok(())
    }

    fn now(&self) -> i64 {
        START + self.started.elapsed().as_millis() as i64
    }
}
