//! `tablecast redrive`: rejected records and dead letters become events, with the functions of the local mode.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tablecast_tests::bus::Bus;
use tablecast_tests::eventually::{eventually, within};
use tablecast_tests::items::{order, profile};
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::{binaries, project};
use tempfile::TempDir;
use tokio::process::Command;

/// `item.tenant` of the subject, and an attribute that no order has.
const GOOD: &str = "item.tenant";
const BAD: &str = "item.company";

const ORDERS: usize = 25;

/// The pipe files of the project in a folder, with other text.
fn pipes(from: &str, to: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["orders.yaml", "profiles.yaml"] {
        let text = fs::read_to_string(project().join("pipes").join(name)).unwrap();
        let text = text.split("\ntests:").next().unwrap().to_owned() + "\n";
        fs::write(folder.path().join(name), text.replace(from, to)).unwrap();
    }
    folder
}

fn replace(folder: &Path, from: &str, to: &str) {
    let path = folder.join("orders.yaml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

async fn start(folder: &TempDir) -> LocalMode {
    LocalMode::start_with(&["--pipes", folder.path().to_str().unwrap()]).await
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

fn arguments<'a>(local: &LocalMode, arguments: &[&'a str], ports: &'a mut [String; 2]) -> Vec<&'a str> {
    let port = |url: &str| url.rsplit_once(':').unwrap().1.to_owned();
    *ports = [port(&local.addresses().http), port(&local.addresses().dynamodb)];
    let [http, dynamodb] = &*ports;
    [&["redrive", "--port", http, "--dynamodb-port", dynamodb], arguments].concat()
}

/// Returns the exit code, the records and the summary.
async fn redrive(local: &LocalMode, options: &[&str]) -> (i32, Vec<Value>, Value) {
    let mut ports = Default::default();
    let all = arguments(local, &[options, &["--format", "json"]].concat(), &mut ports)
        .iter()
        .map(|text| (*text).to_owned())
        .collect::<Vec<_>>();
    let mut command = Command::new(binaries::folder().join("tablecast"));
    command.current_dir(local.folder()).args(&all).kill_on_drop(true);
    let output = within("the end of the redrive", command.output()).await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = lines.pop().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), lines, summary["summary"].clone())
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

/// The types and ids of the events of each subject on the bus, in order.
async fn on_bus(bus: &mut Bus) -> BTreeMap<String, Vec<(String, String)>> {
    bus.read_new().await;
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for event in bus.events() {
        let head = event.head();
        found.entry(head.subject).or_default().push((event.detail_type.clone(), head.id));
    }
    found
}

const TYPES: [&str; 2] = ["order.placed.v1", "order.status-changed.v1"];

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_is_rebuilt_from_the_table_as_a_read() {
    let folder = pipes(r#"operation == "INSERT""#, r#"operation in ["INSERT", "READ"]"#);
    let local = start(&folder).await;
    let mut client = local.subscribe(&["orders/acme/*", "profiles/*"]).await;
    local.dynamodb().put("orders", order("1001", "PLACED")).await;
    local.dynamodb().put("profiles", profile("ada", "Ada")).await;
    client.subjects(2).await;
    let key = r#"{"tenant":"acme","orderId":"1001"}"#;
    let (code, lines, _) = redrive(&local, &["--pipe", "orders", "--rebuild", key]).await;
    assert_eq!((code, &lines[0]["record"]["outcome"]), (0, &json!("redrivable")), "{lines:?}");
    let (code, lines, _) = redrive(&local, &["--pipe", "orders", "--rebuild", key, "--yes"]).await;
    assert_eq!((code, &lines[0]["record"]["operation"]), (0, &json!("READ")), "{lines:?}");
    let event = client.event().await;
    assert_eq!((&event["type"], &event["subject"]), (&json!(TYPES[0]), &json!("orders/acme/1001")));

    let missing = r#"{"tenant":"acme","orderId":"gone"}"#;
    let (code, lines, _) = redrive(&local, &["--pipe", "orders", "--rebuild", missing, "--yes"]).await;
    assert_eq!((code, lines.len()), (1, 0));
}
