//! Two versions of an event at once, and how readers move from one to the other: docs/schema-evolution.md.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use tablecast_event_patterns::pattern::Pattern;
use tablecast_tests::bus::Arrival;
use tablecast_tests::items::order;
use tablecast_tests::machine::Machine;
use tablecast_tests::project;
use tablecast_tests::shown::{self, as_tested};
use tablecast_tests::socket::Socket;
use tempfile::TempDir;

const V1: &str = "order.placed.v1";
const V2: &str = "order.placed.v2";

/// The block of the document that has this.
fn block(words: &str) -> String {
    let blocks = shown::blocks("docs/schema-evolution.md");
    blocks.into_iter().find(|block| block.contains(words)).expect(words)
}

async fn start() -> Machine {
    let example = project().join("examples/two-versions");
    let [pipes, schemas] = ["pipes", "schemas"].map(|folder| example.join(folder).display().to_string());
    Machine::start_authorized(&["--pipes", &pipes, "--schemas", &schemas]).await
}

/// Somebody of the tenant acme, who asks for one version by the document's message.
async fn reader(machine: &Machine, version: &str) -> Socket {
    let mut socket = connected(machine).await;
    let message: Value =
        serde_json::from_str(&block("\"action\":\"subscribe\"").replace(V2, version)).unwrap();
    let answer = socket.ask(message).await;
    assert_eq!(answer["data"]["subjects"][0]["granted"], true, "{answer}");
    socket
}

async fn connected(machine: &Machine) -> Socket {
    let bearer = format!("Bearer {}", machine.token(&["--claim", "tenant=acme"]).await);
    Socket::with_headers(&machine.addresses().clients, &[("Authorization", &bearer)]).await.unwrap()
}

#[tokio::test]
async fn one_record_is_both_versions_and_each_client_gets_the_one_that_it_asks_for() {
    let machine = start().await;
    let (mut old, mut new) = (reader(&machine, V1).await, reader(&machine, V2).await);
    for id in ["1", "2"] {
        machine.dynamodb().put("orders", order(id, "PLACED")).await;
    }
    // The second event of each shows that nothing of the other version came between.
    for id in ["1", "2"] {
        let (one, two) = (old.event().await, new.event().await);
        assert_eq!((&one["type"], &two["type"]), (&V1.into(), &V2.into()));
        assert_eq!(one["subject"], format!("orders/acme/{id}"));
        for same in ["subject", "time", "sequence", "source"] {
            assert_eq!(one[same], two[same], "{same}");
        }
        for other in ["id", "position", "dataschema"] {
            assert_ne!(one[other], two[other], "{other}");
        }
        assert_eq!(
            two["data"]["total"],
            json!({"amount": one["data"]["total"], "currency": one["data"]["currency"]})
        );
    }
}

#[tokio::test]
async fn both_versions_are_on_the_bus_and_a_rule_chooses_one() {
    let machine = start().await;
    let mut bus = machine.bus();
    machine.dynamodb().put("orders", order("1", "PLACED")).await;
    bus.has(&["orders/acme/1".to_owned()].into()).await;
    let rule = Pattern::for_bus(&serde_json::from_str(&block("\"detail-type\":")).unwrap()).unwrap();
    let envelope = |arrival: &Arrival| json!({"source": arrival.source, "detail-type": arrival.detail_type, "detail": {}});
    let arrived = bus.arrived();
    let types: BTreeSet<_> = arrived.iter().map(|arrival| arrival.detail_type.as_str()).collect();
    let ids: BTreeSet<_> = arrived.iter().map(|arrival| arrival.about().id).collect();
    assert_eq!((types, ids.len()), (BTreeSet::from([V1, V2]), 2));
    let chosen = arrived.iter().filter(|arrival| rule.matches(&envelope(arrival)));
    assert_eq!(chosen.map(|arrival| arrival.detail_type.as_str()).collect::<Vec<_>>(), [V2]);
}

#[tokio::test]
async fn who_still_reads_the_first_version_is_found_in_the_connections_table() {
    let machine = start().await;
    let readers = [reader(&machine, V1).await, reader(&machine, V2).await];
    let mut of_all = connected(&machine).await;
    assert_eq!(of_all.ask_for(&["orders/acme/7"]).await, ["granted"]);
    let endpoint = format!("aws --region us-east-1 --endpoint-url {} dynamodb", machine.addresses().dynamodb);
    let command = block("aws dynamodb scan").replace("aws dynamodb", &endpoint);
    let (code, told) = shown::run(&command, machine.folder()).await;
    assert_eq!(code, Some(0), "{told}");
    let found: BTreeSet<_> = told.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(found, BTreeSet::from(["subscription#orders/acme/*", "subscription#orders/acme/7"]), "{told}");
    assert_eq!(told.lines().count(), 2, "{told}");
    drop(readers);
}

/// Where the example's `schemas` lie, from the project's folder.
const SCHEMAS: &str = "examples/two-versions/schemas";

/// A copy of the example, which is somebody's project.
fn copy() -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for folder in ["pipes", "examples"] {
        let from = project().join(folder);
        assert!(Command::new("cp").arg("-R").arg(from).arg(copy.path()).status().unwrap().success());
    }
    copy
}

/// What was released before: the first version alone.
fn released(first: &str) -> TempDir {
    let released = tempfile::tempdir().unwrap();
    fs::create_dir_all(released.path().join(SCHEMAS)).unwrap();
    fs::write(released.path().join(SCHEMAS).join("order.placed.v1.json"), first).unwrap();
    released
}

/// The document's command.
async fn check(copy: &TempDir, before: Option<&TempDir>) -> (Option<i32>, String) {
    let against = before.map(|before| format!(" --against {}", before.path().display())).unwrap_or_default();
    let command = as_tested(&block("cargo run -- check --pipes"), None);
    shown::run(&format!("{command}{against}"), copy.path()).await
}

#[tokio::test]
async fn the_first_version_goes_step_by_step_and_not_before_it_is_deprecated() {
    let copy = copy();
    let first = copy.path().join(SCHEMAS).join("order.placed.v1.json");
    let shipped = fs::read_to_string(project().join("schemas/order.placed.v1.json")).unwrap();
    let deprecated = fs::read_to_string(&first).unwrap();
    assert_eq!(deprecated.replace("  \"deprecated\": true,\n", ""), shipped);

    // Step 1: both versions, beside what was released.
    let (code, told) = check(&copy, Some(&released(&shipped))).await;
    assert_eq!(code, Some(0), "{told}");

    // Step 4: no rule for the first any more. Its schema may stay because it is deprecated.
    let pipe = copy.path().join("examples/two-versions/pipes/orders.yaml");
    let text = fs::read_to_string(&pipe).unwrap();
    let (head, rest) = text.split_once("  - type: order.placed.v1").unwrap();
    let (_, second) = rest.split_once("  - type: order.placed.v2").unwrap();
    let second = second.replace("order.placed.v1, ", "");
    fs::write(&pipe, format!("{head}  - type: order.placed.v2{second}")).unwrap();
    assert_eq!(check(&copy, None).await.0, Some(0));
    fs::write(&first, &shipped).unwrap();
    let (code, told) = check(&copy, None).await;
    assert!(code == Some(1) && told.contains("schema-unused"), "{told}");

    // Step 5: the schema goes, if it was released as deprecated.
    fs::remove_file(&first).unwrap();
    let (code, told) = check(&copy, Some(&released(&deprecated))).await;
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = check(&copy, Some(&released(&shipped))).await;
    assert!(code == Some(1) && told.contains("change-type-removed"), "{told}");
}
