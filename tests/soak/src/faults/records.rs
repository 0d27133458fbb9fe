//! Rejected, poisonous and old records, and long transactions.

use fastrand::Rng;
use tablecast_tests::http::Http;
use tokio::time::{Duration, sleep};

use super::World;
use super::deployments::{RELOADED, edit};
use super::redrive::redrive;
use super::restore::restore;
use crate::plan::Step;

pub const LIGHT: &[&str] = &["old batch once more", "burst of transactions", "burst of poison records"];
pub const HEAVY: &[&str] = &["rejected records are redriven", "restored table"];

/// Long enough for records to be rejected.
const REJECTING: Duration = Duration::from_secs(5);

pub async fn inject(step: &Step, world: &World) -> u64 {
    let mut random = Rng::with_seed(step.dice);
    match step.name {
        "burst of transactions" => world.workload.burst(random.usize(5..20)).await,
        "burst of poison records" => world.workload.poison(random.usize(5..30)).await,
        _ => old_batch(world).await,
    }
}

/// A poller that slept gives `dispatch` a batch that is behind those of others.
async fn old_batch(world: &World) -> u64 {
    let Some(batch) = world.system.batches.oldest() else { return 0 };
    let port = world.system.local_mode.ports().http;
    let url = format!("http://127.0.0.1:{port}/2015-03-31/functions/dispatch/invocations");
    let batch = String::from_utf8_lossy(&batch).into_owned();
    let signature = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/lambda/aws4_request, Signature=0";
    let answer = Http::default().post(&url, &[("authorization", signature)], batch).await;
    answer.is_ok_and(|(status, _)| status == 200).into()
}

pub async fn inject_heavy(step: &Step, world: &World) -> u64 {
    match step.name {
        "restored table" => restore(world).await,
        _ => reject_and_redrive(world).await,
    }
}

async fn reject_and_redrive(world: &World) -> u64 {
    let definitions = &world.system.definitions;
    edit(world, RELOADED, || _ = definitions.accept_odd(false)).await;
    world.workload.odd().await;
    sleep(REJECTING).await;
    edit(world, RELOADED, || _ = definitions.accept_odd(true)).await;
    redrive(world).await.unwrap_or_default()
}
