use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::kinds::inject;
use super::{Counts, World};
use crate::plan::Step;

/// How long the last faults may take after the end of the plan.
const END_LIMIT: Duration = Duration::from_secs(300);

/// Follows the plan. Returns when all faults have ended.
pub async fn run(plan: Vec<Step>, world: &Arc<World>, counts: &Arc<Counts>) {
    let start = Instant::now();
    let mut running = JoinSet::new();
    for step in plan {
        sleep_until(start + step.at).await;
        counts.plan(step.name);
        running.spawn(one(step, world.clone(), counts.clone()));
        while running.try_join_next().is_some() {}
    }
    let all = async { while running.join_next().await.is_some() {} };
    if timeout(END_LIMIT, all).await.is_err() {
        eprintln!("some faults did not end within {END_LIMIT:?}");
    }
}

async fn one(step: Step, world: Arc<World>, counts: Arc<Counts>) {
    let start = SystemTime::now();
    let hits = match timeout(END_LIMIT, inject(&step, &world)).await {
        Ok(hits) => hits,
        Err(_) => {
            eprintln!("the fault {:?} did not end within {END_LIMIT:?}", step.name);
            0
        }
    };
    counts.add(step.name, hits);
    world.note(start, &step, hits);
}
