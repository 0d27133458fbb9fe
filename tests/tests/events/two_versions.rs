//! Consumers migrate from one version of an event to another (docs/guides/version-an-event.md).

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use tablecast_event_patterns::pattern::Pattern;
use tablecast_tests::bus::BusEvent;
use tablecast_tests::doc_steps::{self, as_tested};
use tablecast_tests::items::order;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::project;
use tablecast_tests::socket::Socket;
use tempfile::TempDir;

const V1: &str = "order.placed.v1";
const V2: &str = "order.placed.v2";

/// Returns the block of the document that contains a text.
fn block(words: &str) -> String {
    let blocks = doc_steps::blocks("docs/guides/version-an-event.md");
    blocks.into_iter().map(|block| block.text).find(|text| text.contains(words)).expect(words)
}

async fn start() -> LocalMode {
    let example = project().join("examples/two-versions");
    let [pipes, schemas] = ["pipes", "schemas"].map(|folder| example.join(folder).display().to_string());
    LocalMode::start_with_auth(&["--pipes", &pipes, "--schemas", &schemas]).await
}

/// Connects as the tenant acme and subscribes to one version with the message of the document.
async fn consumer(local: &LocalMode, version: &str) -> Socket {
    let mut socket = connect(local).await;
    let message: Value =
        serde_json::from_str(&block("\"action\":\"subscribe\"").replace(V2, version)).unwrap();
    let reply = socket.request(message).await;
    assert_eq!(reply["data"]["subjects"][0]["granted"], true, "{reply}");
    socket
}

async fn connect(local: &LocalMode) -> Socket {
    let bearer = format!("Bearer {}", local.token(&["--claim", "tenant=acme"]).await);
    Socket::with_headers(&local.addresses().clients, &[("Authorization", &bearer)]).await.unwrap()
}

#[tokio::test]
async fn one_record_causes_both_versions_and_each_client_receives_its_own() {
    let local = start().await;
    let (mut old, mut new) = (consumer(&local, V1).await, consumer(&local, V2).await);
    for id in ["1", "2"] {
        local.dynamodb().put("orders", order(id, "PLACED")).await;
    }
    // The second event of each client shows that no event of the other version arrived before it.
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
    let local = start().await;
    let mut bus = local.bus();
    local.dynamodb().put("orders", order("1", "PLACED")).await;
    bus.wait_for_subjects(&["orders/acme/1".to_owned()].into()).await;
    let rule = Pattern::for_bus(&serde_json::from_str(&block("\"detail-type\":")).unwrap()).unwrap();
    let envelope =
        |event: &BusEvent| json!({"source": event.source, "detail-type": event.detail_type, "detail": {}});
    let events = bus.events();
    let types: BTreeSet<_> = events.iter().map(|event| event.detail_type.as_str()).collect();
    let ids: BTreeSet<_> = events.iter().map(|event| event.head().id).collect();
    assert_eq!((types, ids.len()), (BTreeSet::from([V1, V2]), 2));
    let chosen = events.iter().filter(|event| rule.matches(&envelope(event)));
    assert_eq!(chosen.map(|event| event.detail_type.as_str()).collect::<Vec<_>>(), [V2]);
}

#[tokio::test]
async fn subscriptions_to_the_first_version_are_found_in_the_connections_table() {
    let local = start().await;
    let consumers = [consumer(&local, V1).await, consumer(&local, V2).await];
    let mut untyped = connect(&local).await;
    assert_eq!(untyped.subscribe_to(&["orders/acme/7"]).await, ["granted"]);
    let endpoint = format!("aws --region us-east-1 --endpoint-url {} dynamodb", local.addresses().dynamodb);
    let command = block("aws dynamodb scan").replace("aws dynamodb", &endpoint);
    let (code, output) = doc_steps::run(&command, local.folder()).await;
    assert_eq!(code, Some(0), "{output}");
    let found: BTreeSet<_> = output.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(
        found,
        BTreeSet::from(["subscription#orders/acme/*", "subscription#orders/acme/7"]),
        "{output}"
    );
    assert_eq!(output.lines().count(), 2, "{output}");
    drop(consumers);
}

/// The schemas of the example, relative to the project.
const SCHEMAS: &str = "examples/two-versions/schemas";

/// Copies the pipes and the examples to a new project.
fn copy() -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for folder in ["pipes", "examples"] {
        let from = project().join(folder);
        assert!(Command::new("cp").arg("-R").arg(from).arg(copy.path()).status().unwrap().success());
    }
    copy
}

/// Creates a project as it was released before, with the first version only.
fn released(first: &str) -> TempDir {
    let released = tempfile::tempdir().unwrap();
    fs::create_dir_all(released.path().join(SCHEMAS)).unwrap();
    fs::write(released.path().join(SCHEMAS).join("order.placed.v1.json"), first).unwrap();
    released
}

/// Runs the `check` command of the document.
async fn check(copy: &TempDir, before: Option<&TempDir>) -> (Option<i32>, String) {
    let against = before.map(|before| format!(" --against {}", before.path().display())).unwrap_or_default();
    let command = as_tested(&block("cargo run -- check --pipes"), None);
    doc_steps::run(&format!("{command}{against}"), copy.path()).await
}

#[tokio::test]
async fn the_first_version_can_be_removed_only_after_its_deprecation() {
    let copy = copy();
    let first = copy.path().join(SCHEMAS).join("order.placed.v1.json");
    let shipped = fs::read_to_string(project().join("schemas/order.placed.v1.json")).unwrap();
    let deprecated = fs::read_to_string(&first).unwrap();
    assert_eq!(deprecated.replace("  \"deprecated\": true,\n", ""), shipped);

    // Step 1: add the second version to the released first one.
    let (code, output) = check(&copy, Some(&released(&shipped))).await;
    assert_eq!(code, Some(0), "{output}");

    // Step 4: remove the rule of the first version. Its schema may stay because it is deprecated.
    let pipe = copy.path().join("examples/two-versions/pipes/orders.yaml");
    let text = fs::read_to_string(&pipe).unwrap();
    let (head, rest) = text.split_once("  - type: order.placed.v1").unwrap();
    let (_, second) = rest.split_once("  - type: order.placed.v2").unwrap();
    let second = second.replace("order.placed.v1, ", "");
    fs::write(&pipe, format!("{head}  - type: order.placed.v2{second}")).unwrap();
    assert_eq!(check(&copy, None).await.0, Some(0));
    fs::write(&first, &shipped).unwrap();
    let (code, output) = check(&copy, None).await;
    assert!(code == Some(1) && output.contains("schema-unused"), "{output}");

    // Step 5: remove the schema, which needs a release with the deprecation.
    fs::remove_file(&first).unwrap();
    let (code, output) = check(&copy, Some(&released(&deprecated))).await;
    assert_eq!(code, Some(0), "{output}");
    let (code, output) = check(&copy, Some(&released(&shipped))).await;
    assert!(code == Some(1) && output.contains("change-type-removed"), "{output}");
}
