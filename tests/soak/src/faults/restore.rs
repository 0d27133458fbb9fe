//! A table that is deleted and created again under a new stream, as a restore from a backup does.

use serde_json::{Value, json};
use tablecast_tests::dynamodb::DynamoDb;
use tokio::time::{Duration, sleep};

use super::World;

const TABLE: &str = "restored";

/// Nobody writes to the table meanwhile.
pub async fn restore(world: &World) -> u64 {
    world.workload.pause(TABLE).await;
    let is_restored = is_delivered(world).await && create_again(world).await.is_ok();
    if is_restored {
        world.workload.restored(TABLE);
    }
    world.workload.resume();
    is_restored.into()
}

/// Waits until nobody waits for changes of the old stream.
async fn is_delivered(world: &World) -> bool {
    for _ in 0..20 {
        if world.workload.lag_of(TABLE) == 0 {
            return true;
        }
        sleep(Duration::from_secs(1)).await;
    }
    false
}

async fn create_again(world: &World) -> Result<(), String> {
    let database = DynamoDb::new(&world.system.addresses.dynamodb);
    let call = async |operation, request| database.request(operation, &request).await;
    let old = call("DescribeTable", json!({"TableName": TABLE})).await?;
    let life = call("DescribeTimeToLive", json!({"TableName": TABLE})).await?;
    call("DeleteTable", json!({"TableName": TABLE})).await?;
    while let Err(reason) = call("CreateTable", like(&old["Table"])).await {
        eprintln!("cannot create the table again: {reason}");
        sleep(Duration::from_secs(1)).await;
    }
    if let Some(attribute) = life["TimeToLiveDescription"]["AttributeName"].as_str() {
        let life = json!({"Enabled": true, "AttributeName": attribute});
        call("UpdateTimeToLive", json!({"TableName": TABLE, "TimeToLiveSpecification": life})).await?;
    }
    Ok(())
}

/// A request for a table with the keys of this one.
fn like(table: &Value) -> Value {
    json!({
        "TableName": TABLE, "KeySchema": table["KeySchema"], "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": table["AttributeDefinitions"],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    })
}
