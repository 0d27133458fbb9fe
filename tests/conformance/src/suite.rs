//! All scenarios against one client.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
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

/// Plays so many scenarios at once. The outcomes have the order of their ends.
pub async fn play_all(scenarios: Vec<Scenario>, launch: &Launch, jobs: usize) -> Vec<Outcome> {
    let outcomes = iter(scenarios).map(async |scenario| {
        let start = Instant::now();
        let result = play(&scenario, launch).await;
        Outcome { name: scenario.name, result, time: start.elapsed() }
    });
    outcomes.buffer_unordered(jobs).collect().await
}
