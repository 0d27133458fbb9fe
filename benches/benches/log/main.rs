//! Measures appends to the logs of channels, with many dispatchers at once.
//!
//! A stand-in for DynamoDB in this process enforces the limits of a partition key. The clock is virtual: it
//! jumps to the next timer when every dispatcher waits. So the results do not depend on this machine.
#![allow(clippy::unwrap_used)]

mod dispatcher;
mod events;
mod figures;
mod memory;
mod scenario;

use std::time::Duration;

use mimalloc::MiMalloc;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use dispatcher::Dispatcher;
use figures::Figures;
use scenario::{Scenario, scenarios};
use tablecast_benches::dynamodb::StandIn;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Only rows whose first cells contain this text are measured. By default, all and the memory.
const ONLY: &str = "TABLECAST_ROWS";

fn main() {
    let only = std::env::var(ONLY).unwrap_or_default();
    if only.is_empty() {
        println!("\n## Memory of one dispatcher\n");
        virtual_time().block_on(memory::measure());
    }
    println!("\n## Appends of batches of {} events, in virtual time\n", events::BATCH);
    println!("{}", Figures::HEADER);
    for scenario in scenarios().filter(|scenario| scenario.to_string().contains(&only)) {
        println!("| {scenario} | {} |", virtual_time().block_on(measure(&scenario)));
    }
}

/// A runtime whose clock jumps to the next timer when nothing else is to do.
fn virtual_time() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

async fn measure(scenario: &Scenario) -> Figures {
    fastrand::seed(0);
    let stand_in = StandIn::new();
    let from = Instant::now() + scenario.warm_up();
    let until = from + scenario.time;
    let dispatchers = (0..scenario.dispatchers).map(|n| Dispatcher::new(n, scenario, &stand_in));
    let running: JoinSet<_> = dispatchers.map(|dispatcher| dispatcher.run(until)).collect();
    sleep_until(from).await;
    let before = stand_in.counts();
    let mut batches: Vec<_> = running.join_all().await.into_iter().flatten().collect();
    batches.retain(|batch| batch.ended > from);
    batches.sort_by_key(|batch| batch.took);
    Figures::of(&batches, until, scenario.time, stand_in.counts() - before)
}

/// The time that events are kept.
const KEEP: Duration = Duration::from_secs(7 * 24 * 3600);

/// Milliseconds since the epoch at the beginning of each measurement.
const START: i64 = 1_800_000_000_000;
