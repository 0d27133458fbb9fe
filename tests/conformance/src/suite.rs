//! All scenarios against one client.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::join;
use futures_util::stream::iter;

use crate::Failure;
use crate::adapter::Launch;
use crate::run::play;
use crate::scenario::Scenario;

pub struct Outcome {
    pub name: String,
    pub result: Result<(), Failure>,
    pub time: Duration,
}

/// Plays all slow scenarios at the same time, and so many of the others beside them. More would make the clients slow,
/// and those that count their time faster would miss it.
pub async fn play_all(scenarios: Vec<Scenario>, launch: &Launch, jobs: usize) -> Vec<Outcome> {
    let (slow, others): (Vec<_>, Vec<_>) = scenarios.into_iter().partition(|one| one.slow);
    let count = slow.len().max(1);
    let (mut outcomes, more) = join(play_some(slow, launch, count), play_some(others, launch, jobs)).await;
    outcomes.extend(more);
    outcomes
}

async fn play_some(scenarios: Vec<Scenario>, launch: &Launch, jobs: usize) -> Vec<Outcome> {
    let outcomes = iter(scenarios).map(async |scenario| {
        let start = Instant::now();
        let result = play(&scenario, launch).await;
        Outcome { name: scenario.name, result, time: start.elapsed() }
    });
    outcomes.buffer_unordered(jobs).collect().await
}
