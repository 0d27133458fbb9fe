use futures_util::{StreamExt, TryStreamExt, stream};
use tablecast_aws::{StorageError, now_in_milliseconds};
use tablecast_connections::{LISTS, Run};
use tablecast_push::{StartError, within};
use tokio::time::Instant;

use crate::clients::Fanout;
use crate::deadline::Deadline;

/// Lists that are read at once.
const READS: usize = 4;

/// Workers that are started at once.
const STARTS: usize = 16;

/// Workers that one sweep starts. The next one starts others. Lambda queues the calls that exceed its concurrency.
const MAX_STARTS: usize = 10_000;

/// The result of a sweep.
#[derive(Debug, Default)]
pub struct Swept {
    pub runs: usize,
    pub started: usize,
    pub not_started: usize,
    /// Lists that were not read. The next sweep reads them.
    pub unread: u64,
    /// Why one of them was not read.
    pub error: Option<StorageError>,
}

impl Fanout {
    /// Starts a worker for each part that none serves. Begins with another list each time, so that none waits
    /// for ever.
    pub(crate) async fn sweep(&self, deadline: Deadline) -> Swept {
        let mut swept = Swept { unread: LISTS, ..Swept::default() };
        let first = fastrand::u64(..LISTS);
        let lists = (0..LISTS).map(|list| (first + list) % LISTS);
        let reads = stream::iter(lists).map(|list| self.connections.runs(list, now_in_milliseconds()));
        let mut lists = reads.buffer_unordered(READS);
        loop {
            match within(deadline.stop, lists.try_next()).await {
                Some(Ok(Some(runs))) => {
                    swept.unread -= 1;
                    self.start(&runs, deadline.stop, &mut swept).await;
                }
                Some(Err(error)) => swept.error = Some(error),
                Some(Ok(None)) | None => return swept.reported(),
            }
        }
    }

    async fn start(&self, runs: &[Run], until: Instant, swept: &mut Swept) {
        swept.runs += runs.len();
        let left = MAX_STARTS.saturating_sub(swept.started + swept.not_started);
        let units: Vec<_> = units(runs).take(left).collect();
        let starts = stream::iter(&units).map(|(source, part)| self.workers.start(source, *part));
        let (mut starts, mut unfinished) = (starts.buffer_unordered(STARTS), units.len());
        while let Some(Some(started)) = within(until, starts.next()).await {
            unfinished -= 1;
            swept.add(started);
        }
        swept.add_unfinished(unfinished);
    }
}

impl Swept {
    fn add(&mut self, started: Result<(), StartError>) {
        match started {
            Ok(()) => self.started += 1,
            Err(error) => {
                self.not_started += 1;
                tracing::warn!(%error, "could not start a worker: the next sweep tries again");
            }
        }
    }

    fn reported(self) -> Self {
        let (unread, error) = (self.unread, self.error.as_ref().map(ToString::to_string));
        if unread > 0 {
            tracing::warn!(
                unread,
                error,
                "a sweep did not read all lists of channels in time: the next one reads them"
            );
        }
        self
    }

    fn add_unfinished(&mut self, workers: usize) {
        self.not_started += workers;
        if workers > 0 {
            tracing::warn!(workers, "could not start workers in time: the next sweep tries again");
        }
    }
}

/// The parts to start a worker for, with the sources of their channels.
fn units(runs: &[Run]) -> impl Iterator<Item = (&str, usize)> {
    let now = now_in_milliseconds();
    runs.iter().flat_map(move |run| parts_to_start(run, now).into_iter().map(|part| (&*run.source, part)))
}

/// Those that nobody leases. One is enough to end a run that is done.
fn parts_to_start(run: &Run, now: i64) -> Vec<usize> {
    let is_left = run.is_done() && run.parts.iter().all(|part| part.leased_until <= now);
    if is_left { vec![0] } else { run.unleased_parts(now).collect() }
}
