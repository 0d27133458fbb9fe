//! Rejected, poisonous and old records, long transactions, and a table that is restored.

use fastrand::Rng;
use serde_json::{Value, json};
use tablecast_tests::http::Http;
use tokio::time::{Duration, sleep};

use super::World;
use super::deployments::{RELOADED, edit};
use super::redrive::redrive;
use crate::plan::Step;

pub const LIGHT: &[&str] = &["old batch once more", "burst of transactions", "burst of poison records"];
pub const HEAVY: &[&str] = &["rejected records are redriven", "restored table"];

/// The table that is deleted and created again.
pub const RESTORED: &str = "restored";
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
        "restored table" => {
            world.workload.pause(RESTORED).await;
            let restored = restore(world).await;
            if restored.is_ok() {
                world.workload.restored(RESTORED);
            }
            world.workload.resume(RESTORED);
            restored.is_ok().into()
        }
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

/// Deletes the table and creates it under a new stream, when nobody waits for changes of the old one.
async fn restore(world: &World) -> Result<(), String> {
    for _ in 0..20 {
        if world.workload.lag_of(RESTORED) == 0 {
            return create_again(world).await;
        }
        sleep(Duration::from_secs(1)).await;
    }
    Err("the pipe is behind".to_owned())
}

async fn create_again(world: &World) -> Result<(), String> {
    let old = call(world, "DescribeTable", json!({ "TableName": RESTORED })).await?;
    let life = call(world, "DescribeTimeToLive", json!({ "TableName": RESTORED })).await?;
    call(world, "DeleteTable", json!({ "TableName": RESTORED })).await?;
    let stream = json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"});
    let table = json!({
        "TableName": RESTORED, "KeySchema": old["Table"]["KeySchema"], "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": old["Table"]["AttributeDefinitions"], "StreamSpecification": stream,
    });
    while let Err(reason) = call(world, "CreateTable", table.clone()).await {
        eprintln!("cannot create the table again: {reason}");
        sleep(Duration::from_secs(1)).await;
    }
    if let Some(attribute) = life["TimeToLiveDescription"]["AttributeName"].as_str() {
        let life = json!({"Enabled": true, "AttributeName": attribute});
        call(world, "UpdateTimeToLive", json!({"TableName": RESTORED, "TimeToLiveSpecification": life}))
            .await?;
    }
    Ok(())
}

async fn call(world: &World, operation: &str, request: Value) -> Result<Value, String> {
    let target = format!("DynamoDB_20120810.{operation}");
    let signature = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, \
                     SignedHeaders=host, Signature=0";
    let headers = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", &target),
        ("x-amz-date", "20260101T000000Z"),
        ("authorization", signature),
    ];
    match Http::default().post(&world.system.addresses.dynamodb, &headers, request.to_string()).await? {
        (200, body) => serde_json::from_slice(&body).map_err(|error| error.to_string()),
        (status, body) => Err(format!("{operation}: {status} {}", String::from_utf8_lossy(&body))),
    }
}
