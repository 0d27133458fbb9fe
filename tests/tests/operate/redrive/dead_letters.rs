//! Dead letters, with and without their records in the stream.

use std::collections::BTreeSet;

use serde_json::json;
use tablecast_tests::eventually::eventually;
use tablecast_tests::items::order;
use tablecast_tests::local_mode::LocalMode;

use super::setup::{TYPES, on_bus, pipes, redrive, start};

/// Deletes a table of tablecast, so that dispatch fails.
async fn delete_table(local: &LocalMode, table: &str) {
    local.dynamodb().call("DeleteTable", json!({ "TableName": table })).await;
}

async fn create_table(local: &LocalMode, table: &str) {
    let text = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
    let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
    let request = json!({
        "TableName": table, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [text("pk"), text("sk")],
        "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
    });
    local.dynamodb().call("CreateTable", request).await;
}

/// A pipe that gives up soon.
const PATIENT: &str = "max_age: 6h }";
const IMPATIENT: &str = "max_age: 6h, retries: 1 }";

async fn write_dead_letters(local: &LocalMode, missing_table: &str) {
    delete_table(local, missing_table).await;
    for status in ["PLACED", "SHIPPED"] {
        local.dynamodb().put("orders", order("1001", status)).await;
    }
    let given_up = async || {
        let pipes = local.pipes().await;
        let orders = pipes.iter().find(|pipe| pipe.name == "orders").unwrap();
        (orders.dead_lettered == 2).then_some(())
    };
    eventually("two dead-lettered records", given_up).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_letters_are_redriven_from_the_stream_and_leave_the_queue() {
    let folder = pipes(PATIENT, IMPATIENT);
    let local = start(&folder).await;
    write_dead_letters(&local, "log").await;
    create_table(&local, "log").await;
    let mut client = local.subscribe(&["orders/acme/*"]).await;
    let (code, lines, summary) = redrive(&local, &[]).await;
    assert_eq!((code, &summary["redrivable"]), (0, &json!(2)), "{summary}");
    assert_eq!(lines[0]["record"]["place"], "dead-letter");
    assert_ne!(local.dead_letters(), "");

    let (code, _, summary) = redrive(&local, &["--yes"]).await;
    assert_eq!((code, &summary["redriven"]), (0, &json!(2)), "{summary}");
    let types = [client.event().await, client.event().await].map(|event| event["type"].clone());
    assert_eq!(types, TYPES.map(|text| json!(text)));
    assert_eq!(on_bus(&mut local.bus()).await["orders/acme/1001"].len(), 2);
    assert_eq!(local.dead_letters(), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_letter_without_records_is_reported_with_the_events_of_the_log() {
    let folder = pipes(PATIENT, IMPATIENT);
    let local = start(&folder).await;
    // The log has the events, and nobody received them.
    write_dead_letters(&local, "connections").await;
    create_table(&local, "connections").await;
    delete_table(&local, "orders").await;
    let (code, lines, summary) = redrive(&local, &["--yes"]).await;
    assert_eq!(code, 1, "{summary}");
    let known = lines.iter().flat_map(|line| line["lost"]["known"].as_array().unwrap());
    let known: BTreeSet<_> = known.map(|known| (known["id"].as_str(), known["subject"].as_str())).collect();
    assert!(known.len() == 2 && known.iter().all(|known| known.1 == Some("orders/acme/1001")), "{lines:?}");
    assert_ne!(local.dead_letters(), "");
    let (code, lines, _) = redrive(&local, &["--yes", "--discard-lost"]).await;
    assert_eq!((code, local.dead_letters().as_str()), (0, ""), "{lines:?}");
}
