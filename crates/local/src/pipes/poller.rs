use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

use super::batch::Entry;
use super::settings::Settings;
use super::shared::Shared;
use crate::database::{Page, Record};
use crate::invoke::Invoke;

/// AWS polls four times a second. Here an empty poll takes some 30 microseconds (`examples/burst.rs`),
/// forty a second cost next to nothing, and somebody is watching.
const POLL: Duration = Duration::from_millis(25);
/// A table that is not there, or a database that fails, is looked at again less often.
const ABSENT: Duration = Duration::from_millis(250);

/// Where a lane takes its records from; one page at most waits there.
pub type Lanes = Vec<mpsc::Sender<Vec<Entry>>>;

/// Reads the stream until the pipe is stopped.
pub async fn run<I: Invoke>(shared: Arc<Shared<I>>, lanes: Lanes) {
    tokio::select! {
        () = shared.stopped() => (),
        () = poll_for_ever(&shared, &lanes) => (),
    }
}

async fn poll_for_ever<I: Invoke>(shared: &Shared<I>, lanes: &Lanes) {
    let Settings { name, table, .. } = &shared.settings;
    let mut is_there = true;
    loop {
        let position = shared.read_position();
        match shared.database.read_stream(table, &position).await {
            Ok(Some(page)) if page.next == position => sleep(POLL).await,
            Ok(Some(page)) => take(shared, lanes, page).await,
            Ok(None) => {
                if std::mem::take(&mut is_there) {
                    tracing::info!(
                        pipe = name,
                        "waits for table {table}, which is not there or has no stream"
                    );
                }
                sleep(ABSENT).await;
                continue;
            }
            Err(error) => {
                tracing::warn!(pipe = name, "the stream is read again, because: {error}");
                sleep(ABSENT).await;
            }
        }
        is_there = true;
    }
}

async fn take<I: Invoke>(shared: &Shared<I>, lanes: &Lanes, page: Page) {
    let read = page.records.len();
    let filter = &shared.settings.filter;
    let wanted: Vec<_> = page.records.into_iter().filter(|record| filter.passes(&record.json)).collect();
    shared.advance(page.next, read, &wanted).await;
    for (lane, entries) in lanes.iter().zip(shared_out(wanted, lanes.len())) {
        lane.send(entries).await.ok();
    }
}

/// All records of one partition key go to the same lane.
fn shared_out(records: Vec<Record>, lanes: usize) -> Vec<Vec<Entry>> {
    let mut shares = vec![Vec::new(); lanes];
    for record in records {
        let lane = lane_of(&record.partition, lanes);
        shares[lane].push(Entry::from(record));
    }
    shares
}

fn lane_of(partition: &str, lanes: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    partition.hash(&mut hasher);
    (hasher.finish() % lanes.max(1) as u64) as usize
}
