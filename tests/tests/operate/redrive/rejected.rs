//! Rejected records, after the pipe file is corrected.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tablecast_tests::binaries;
use tablecast_tests::eventually::eventually;
use tablecast_tests::items::order;
use tablecast_tests::local_mode::LocalMode;
use tempfile::TempDir;
use tokio::process::Command;

use super::setup::{TYPES, arguments, on_bus, pipes, redrive, start};

/// `item.tenant` of the subject, and an attribute that no order has.
const GOOD: &str = "item.tenant";
const BAD: &str = "item.company";

const ORDERS: usize = 25;

fn replace(folder: &Path, from: &str, to: &str) {
    let path = folder.join("orders.yaml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

async fn definitions(local: &LocalMode) -> Value {
    let url = format!("{}/page/pipes.json", local.addresses().http);
    let (_, body) = tablecast_tests::http::Http::default().get(&url).await.unwrap();
    serde_json::from_slice::<Value>(&body).unwrap()["definitions"].clone()
}

/// Edits the pipe file of orders, and waits until the edit is in use.
async fn correct(local: &LocalMode, folder: &TempDir, from: &str, to: &str) {
    let before = definitions(local).await;
    replace(folder.path(), from, to);
    eventually("the edit is in use", async || (definitions(local).await != before).then_some(())).await;
}

async fn rejected(local: &LocalMode) -> Vec<Value> {
    local.dynamodb().scan("rejected").await
}

/// Writes each order twice. All 50 records are rejected.
async fn write_rejected(local: &LocalMode) {
    for status in ["PLACED", "SHIPPED"] {
        let orders = (0..ORDERS).map(|number| order(&number.to_string(), status)).collect();
        local.dynamodb().put_all("orders", orders).await;
    }
    eventually("50 rejected records", async || (rejected(local).await.len() == 2 * ORDERS).then_some(()))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_records_that_a_bad_expression_rejected_are_redriven_in_order() {
    let folder = pipes(GOOD, BAD);
    let local = start(&folder).await;
    let mut client = local.subscribe(&["orders/acme/*"]).await;
    write_rejected(&local).await;

    // As long as the expression is bad, everything would fail again.
    let (code, lines, summary) = redrive(&local, &[]).await;
    assert_eq!((code, &summary["rejected"]), (1, &json!(2 * ORDERS)), "{}", lines[0]);
    correct(&local, &folder, BAD, GOOD).await;
    let (code, lines, summary) = redrive(&local, &["--pipe", "orders"]).await;
    assert_eq!((code, &summary["redrivable"], lines.len()), (0, &json!(2 * ORDERS), 2 * ORDERS), "{summary}");
    let first = &lines[0]["record"];
    assert!(first["failed"]["reason"].as_str().unwrap().contains("company"), "{first}");
    assert_eq!((&first["events"][0]["type"], &first["bus"]), (&json!(TYPES[0]), &json!(true)));
    assert_eq!(rejected(&local).await.len(), 2 * ORDERS, "a show changes nothing");
    let mut bus = local.bus();
    assert!(on_bus(&mut bus).await.is_empty());

    let (code, _, summary) = redrive(&local, &["--yes", "--rate", "1000"]).await;
    assert_eq!((code, &summary["redriven"]), (0, &json!(2 * ORDERS)), "{summary}");
    let mut by_subject: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for _ in 0..2 * ORDERS {
        let event = client.event().await;
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        by_subject.entry(text("subject")).or_default().push(text("type"));
    }
    assert_eq!(by_subject.len(), ORDERS);
    assert!(by_subject.values().all(|types| types == &TYPES), "{by_subject:?}");
    let bus = on_bus(&mut bus).await;
    assert!(bus.len() == ORDERS && bus.values().all(|events| events.len() == 2), "{bus:?}");
    assert_eq!(rejected(&local).await, [json!(null); 0]);
    let (code, lines, _) = redrive(&local, &["--yes"]).await;
    assert_eq!((code, lines.len()), (0, 0), "nothing is left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redrive_that_is_killed_continues_and_duplicates_have_equal_ids() {
    let folder = pipes(GOOD, BAD);
    let local = start(&folder).await;
    write_rejected(&local).await;
    correct(&local, &folder, BAD, GOOD).await;
    let mut ports = Default::default();
    let slow = ["--yes", "--batch", "2", "--rate", "2"];
    let mut command = Command::new(binaries::folder().join("tablecast"));
    command.current_dir(local.folder()).args(arguments(&local, &slow, &mut ports)).kill_on_drop(true);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    eventually("some are redriven", async || (rejected(&local).await.len() < 2 * ORDERS - 5).then_some(()))
        .await;
    child.kill().await.unwrap();
    let left = rejected(&local).await.len();
    assert!(left > 0, "the run was killed in the middle");

    let (code, _, summary) = redrive(&local, &["--yes", "--rate", "1000"]).await;
    assert_eq!((code, &summary["redriven"]), (0, &json!(left)), "{summary}");
    assert!(rejected(&local).await.is_empty());
    let mut bus = local.bus();
    for (subject, events) in on_bus(&mut bus).await {
        let ids: BTreeSet<_> = events.iter().map(|(_, id)| id).collect();
        let types: BTreeSet<_> = events.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!((ids.len(), types), (2, TYPES.into()), "{subject}");
    }
    assert_eq!(on_bus(&mut bus).await.len(), ORDERS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_that_still_fail_stay_once_with_the_new_reason() {
    let folder = pipes(GOOD, BAD);
    let local = start(&folder).await;
    for (id, has_currency) in [("1", true), ("2", false)] {
        let mut item = order(id, "PLACED");
        if !has_currency {
            item.as_object_mut().unwrap().remove("currency");
        }
        local.dynamodb().put("orders", item).await;
    }
    eventually("two rejected records", async || (rejected(&local).await.len() == 2).then_some(())).await;
    correct(&local, &folder, BAD, GOOD).await;
    let (code, _, summary) = redrive(&local, &["--yes", "--reason", "company"]).await;
    assert_eq!((code, &summary["redriven"], &summary["rejected"]), (1, &json!(1), &json!(1)), "{summary}");
    let left = rejected(&local).await;
    assert_eq!(left.len(), 1);
    assert!(left[0]["reason"]["S"].as_str().unwrap().contains("currency"), "{}", left[0]["reason"]);
    let (code, lines, _) = redrive(&local, &["--yes", "--reason", "company"]).await;
    assert_eq!((code, lines.len()), (0, 0), "the old reason is gone");
}
