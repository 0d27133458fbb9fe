use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::context::PipeContext;
use super::entry::Entry;
use super::shard_state::ShardState;
use super::worker::Inputs;
use crate::invoke::Invoke;
use crate::source::{Page, Read, Shard};

/// The wait before another read of a stream that does not exist or cannot be read.
const RETRY_INTERVAL: Duration = Duration::from_millis(250);

/// Reads the shard until it ends or the pipe stops.
pub async fn run<S: Shard, I: Invoke>(state: &ShardState<S, I>, workers: Inputs) {
    tokio::select! {
        () = state.pipe.stopped() => (),
        () = poll_to_the_end(state, &workers) => (),
    }
}

async fn poll_to_the_end<S: Shard, I: Invoke>(state: &ShardState<S, I>, workers: &Inputs) {
    let pipe = &state.pipe.config.name;
    let mut exists = true;
    loop {
        state.pipe.filtered.log_when_due(pipe, Instant::now());
        let position = state.read_position();
        match state.shard.read(&position).await {
            Ok(Read::End) => return,
            Ok(Read::Page(page)) if page.next == position => state.shard.wait_for_records().await,
            Ok(Read::Page(page)) => distribute(state, workers, page).await,
            Ok(Read::NotFound) => {
                if std::mem::take(&mut exists) {
                    tracing::info!(pipe, "the stream does not exist yet; waiting for it");
                }
                sleep(RETRY_INTERVAL).await;
                continue;
            }
            Err(error) => {
                tracing::warn!(pipe, "cannot read the stream: {error}; trying again");
                sleep(RETRY_INTERVAL).await;
            }
        }
        exists = true;
    }
}

async fn distribute<S: Shard, I: Invoke>(
    state: &ShardState<S, I>,
    workers: &Inputs,
    page: Page<S::Position>,
) {
    let PipeContext { config, filtered, .. } = &*state.pipe;
    let (matched, dropped) = page.records.into_iter().partition(|record| config.filter.passes(&record.json));
    let entries = state.advance(page.next, matched, &dropped).await;
    filtered.add(&config.filter, &dropped);
    for (worker, entries) in workers.iter().zip(by_worker(entries, workers.len())) {
        worker.send(entries).await.ok();
    }
}

/// Sends all records of a partition key to the same worker.
fn by_worker(entries: Vec<(String, Entry)>, workers: usize) -> Vec<Vec<Entry>> {
    let mut shares = vec![Vec::new(); workers];
    for (partition, entry) in entries {
        shares[worker_of(&partition, workers)].push(entry);
    }
    shares
}

fn worker_of(partition: &str, workers: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    partition.hash(&mut hasher);
    (hasher.finish() % workers.max(1) as u64) as usize
}
