use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

use super::batch::Entry;
use super::course::Course;
use super::source::{Page, Read, Shard};
use crate::invoke::Invoke;

/// A stream that is not there, or cannot be read, is looked at again less often.
const ABSENT: Duration = Duration::from_millis(250);

/// Where a lane takes its records from; one page at most waits there.
pub type Lanes = Vec<mpsc::Sender<Vec<Entry>>>;

/// Reads the shard until its end, or until the pipe is stopped.
pub async fn run<S: Shard, I: Invoke>(course: &Course<S, I>, lanes: Lanes) {
    tokio::select! {
        () = course.pipe.stopped() => (),
        () = poll_to_the_end(course, &lanes) => (),
    }
}

async fn poll_to_the_end<S: Shard, I: Invoke>(course: &Course<S, I>, lanes: &Lanes) {
    let pipe = &course.pipe.settings.name;
    let mut is_there = true;
    loop {
        let position = course.read_position();
        match course.shard.read(&position).await {
            Ok(Read::End) => return,
            Ok(Read::Page(page)) if page.next == position => sleep(course.shard.pause()).await,
            Ok(Read::Page(page)) => take(course, lanes, page).await,
            Ok(Read::Absent) => {
                if std::mem::take(&mut is_there) {
                    tracing::info!(pipe, "waits for its stream, which is not there");
                }
                sleep(ABSENT).await;
                continue;
            }
            Err(error) => {
                tracing::warn!(pipe, "the stream is read again, because: {error}");
                sleep(ABSENT).await;
            }
        }
        is_there = true;
    }
}

async fn take<S: Shard, I: Invoke>(course: &Course<S, I>, lanes: &Lanes, page: Page<S::Position>) {
    let read = page.records.len();
    let filter = &course.pipe.settings.filter;
    let wanted = page.records.into_iter().filter(|record| filter.passes(&record.json)).collect();
    let entries = course.advance(page.next, read, wanted).await;
    for (lane, entries) in lanes.iter().zip(shared_out(entries, lanes.len())) {
        lane.send(entries).await.ok();
    }
}

/// All records of one partition key go to the same lane.
fn shared_out(entries: Vec<(String, Entry)>, lanes: usize) -> Vec<Vec<Entry>> {
    let mut shares = vec![Vec::new(); lanes];
    for (partition, entry) in entries {
        shares[lane_of(&partition, lanes)].push(entry);
    }
    shares
}

fn lane_of(partition: &str, lanes: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    partition.hash(&mut hasher);
    (hasher.finish() % lanes.max(1) as u64) as usize
}
