use std::time::Duration;

use tokio::time::Instant;

use crate::dispatcher::Dispatcher;
use crate::events::{event, source};
use crate::scenario::{Load, Scenario};
use tablecast_benches::dynamodb::StandIn;

const CHANNELS: usize = 100_000;

/// Channels of one batch.
const BATCH: usize = 100;

/// Appends one event to each channel, and prints what the process holds more than before.
pub async fn measure() {
    let scenario = Scenario {
        dispatchers: 1,
        channels: CHANNELS,
        load: Load::Even,
        pushes: Duration::ZERO,
        time: Duration::ZERO,
    };
    let dispatcher = Dispatcher::new(0, &scenario, &StandIn::forgetful());
    append(&dispatcher, 0).await;
    let (before, start) = (resident_kb(), Instant::now());
    for first in (0..CHANNELS).step_by(BATCH) {
        append(&dispatcher, first).await;
    }
    let more = resident_kb() - before;
    println!("| channels | virtual time, s | before, MB | more, MB |\n|---|---|---|---|");
    let seconds = start.elapsed().as_secs();
    println!("| {CHANNELS} | {seconds} | {:.1} | {:.1} |", before / 1024.0, more / 1024.0);
}

async fn append(dispatcher: &Dispatcher, first: usize) {
    let batch = (first..first + BATCH).map(|channel| (source(channel), vec![event(channel)])).collect();
    assert_eq!(dispatcher.append(&batch).await, 0);
}

/// The resident set of this process.
fn resident_kb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
