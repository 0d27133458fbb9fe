//! Rejected records are as large as DynamoDB allows, and do not compress.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tablecast_tests::eventually::eventually;
use tablecast_tests::items::order_of;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::project;

const BAD: usize = 80;
const GOOD: usize = 60;

/// Writes the pipe file of orders with a window, so that full batches of 6 MB reach the functions.
fn pipe_file(folder: &Path) -> String {
    let text = fs::read_to_string(project().join("pipes/orders.yaml")).unwrap();
    let full = text.replace("batch: 100, window: 0s", "batch: 1000, window: 2s");
    assert_ne!(text, full);
    let without_tests = full.split("tests:").next().unwrap();
    fs::write(folder.join("orders.yaml"), without_tests).unwrap();
    folder.display().to_string()
}

/// An order without a currency, and with notes of 300 KB of random text.
fn bad(index: usize) -> Value {
    let mut state = index as u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'#' + ((state >> 32) % 90) as u8)
    };
    let mut item = order_of("acme", &index.to_string(), "PLACED");
    // DynamoDB would drop the zero of 129.90.
    item["total"] = json!({"N": "129.9"});
    item["internalNotes"] = json!({"S": (0..300_000).map(|_| random()).collect::<String>()});
    item.as_object_mut().unwrap().remove("currency");
    item
}

/// Writes good orders of globex among bad ones of acme.
async fn write(local: &LocalMode) -> Vec<Value> {
    let bad: Vec<Value> = (0..BAD).map(bad).collect();
    let mut items = bad.clone();
    for index in 0..GOOD {
        items.insert(index * (BAD + GOOD) / GOOD, order_of("globex", &index.to_string(), "PLACED"));
    }
    for some in items.chunks(20) {
        local.dynamodb().put_all("orders", some.to_vec()).await;
    }
    bad
}

/// Reads the new image of a rejected item, as `tablecast redrive` does.
fn image(item: &Value) -> Value {
    let bytes = BASE64_STANDARD.decode(item["record"]["B"].as_str().unwrap()).unwrap();
    let mut record: Value = serde_json::from_slice(&zstd::decode_all(bytes.as_slice()).unwrap()).unwrap();
    record["dynamodb"]["NewImage"].take()
}

#[tokio::test]
async fn large_rejected_records_of_one_tenant_cost_another_no_event() {
    let folder = tempfile::tempdir().unwrap();
    let local = LocalMode::start_with(&["--pipes", &pipe_file(folder.path())]).await;
    let mut bad = write(&local).await;
    let subjects = (0..GOOD).map(|index| format!("orders/globex/{index}")).collect();
    local.bus().wait_for_subjects(&subjects).await;

    let stored = eventually("80 rejected records", async || {
        let items = local.dynamodb().scan("rejected").await;
        (items.len() >= BAD).then_some(items)
    });
    let mut images: Vec<Value> = stored.await.iter().map(image).collect();
    let by_id = |item: &Value| item["orderId"]["S"].as_str().unwrap().to_owned();
    images.sort_by_key(by_id);
    bad.sort_by_key(by_id);
    assert!(images == bad);
    assert_eq!(local.dead_letters(), "");
    assert_found_by_doctor(&local).await;
}

/// `tablecast doctor` reads some of the items, because all of them would be expensive on AWS.
async fn assert_found_by_doctor(local: &LocalMode) {
    let port = |url: &str| url.rsplit_once(':').unwrap().1.to_owned();
    let (page, dynamodb) = (port(&local.addresses().http), port(&local.addresses().dynamodb));
    let arguments = ["doctor", "--format", "json", "--port", &page, "--dynamodb-port", &dynamodb];
    let (success, report, reason) = local.command(&arguments).await;
    assert!(!success && reason.is_empty(), "{reason}");
    let report: Value = serde_json::from_str(&report).unwrap();
    let found = report["findings"].as_array().unwrap();
    assert_eq!(
        (found.len(), &found[0]["code"], &found[0]["subject"]),
        (1, &"records-rejected".into(), &"orders".into())
    );
    let evidence = found[0]["evidence"][0].as_str().unwrap();
    assert!(evidence.starts_with("at least ") && evidence.contains(" records stored; "), "{report}");
}
