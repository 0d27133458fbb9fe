//! What a user tries first, with the user's own tools: the AWS CLI, wscat, `tablecast tail`, the CloudEvents SDK.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::Value;
use tablecast_tests::aws;
use tablecast_tests::fence::everything_is_dispatched;
use tablecast_tests::items::{SECRETS, order, profile};
use tablecast_tests::machine::Machine;
use tablecast_tests::node::{Printer, cloudevents_verdicts};
use tablecast_tests::patience::eventually;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::{binaries, processes};

/// The command in a welcome that has this word.
fn command<'a>(welcome: &'a str, word: &str) -> &'a str {
    welcome.lines().map(str::trim).find(|line| line.contains(word)).expect(word)
}

/// As [`command`]; `cargo run --` is the program that is tested, and runs where the machine does.
fn listening(machine: &Machine, welcome: &str, word: &str) -> String {
    let program = binaries::folder().join("tablecast").display().to_string();
    let token = format!("{program} token --data {}/.tablecast", machine.folder().display());
    let command = command(welcome, word).replace("cargo run -q -- token", &token);
    command.replace("cargo run --", &program)
}

/// wscat prints nothing when it is connected.
async fn connected(machine: &Machine, clients: usize) {
    eventually("the clients in the connections table", async || {
        let items = machine.dynamodb().scan("connections").await;
        (items.iter().filter(|item| item["sk"]["S"] == "connection").count() == clients).then_some(())
    })
    .await;
}

async fn put(machine: &Machine, table: &str, item: &Value) {
    let item = item.to_string();
    aws::dynamodb(machine.addresses(), &["put-item", "--table-name", table, "--item", &item]).await;
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[tokio::test]
async fn the_commands_of_the_welcome_show_a_change_to_wscat_and_to_tail() {
    let (machine, welcome) = Machine::start_with_welcome().await;
    let mut wscat = Printer::start(&listening(&machine, &welcome, "wscat"));
    let mut tail = Printer::start(&(listening(&machine, &welcome, "-- tail") + " --json"));
    connected(&machine, 2).await;
    for (word, event_type) in [("put-item", "profile.created.v1"), ("update-item", "profile.changed.v1")] {
        aws::shell(command(&welcome, word)).await;
        let line = wscat.line().await;
        assert_eq!(tail.line().await, line);
        assert_eq!(parsed(&line)["type"], event_type);
    }
}

#[tokio::test]
async fn every_change_of_a_profile_is_a_valid_event_for_wscat_and_the_same_on_the_bus() {
    let machine = Machine::start().await;
    let addresses = machine.addresses();
    let mut wscat = Printer::wscat(&format!("{}/?subscribe=profiles/*", addresses.clients));
    connected(&machine, 1).await;
    let key = r#"{"userId":{"S":"ada"}}"#;
    let table = ["--table-name", "profiles"];
    let update = ["--update-expression", "SET displayName = :name, passwordHash = :hash"];
    let values = format!(r#"{{":name":{{"S":"Ada Lovelace"}},":hash":{{"S":"{}"}}}}"#, SECRETS[0]);

    put(&machine, "profiles", &profile("ada", "Ada")).await;
    let created = wscat.line().await;
    let change =
        [&["update-item", "--key", key, "--expression-attribute-values", &values], &table[..], &update];
    aws::dynamodb(addresses, &change.concat()).await;
    let changed = wscat.line().await;
    aws::dynamodb(addresses, &[&["delete-item", "--key", key], &table[..]].concat()).await;
    let deleted = wscat.line().await;

    assert_eq!(parsed(&created)["type"], "profile.created.v1");
    assert_eq!(parsed(&changed)["type"], "profile.changed.v1");
    assert_eq!(parsed(&changed)["data"]["changed"], serde_json::json!(["displayName"]));
    assert_eq!(parsed(&changed)["data"]["profile"]["displayName"], "Ada Lovelace");
    assert_eq!(parsed(&deleted)["type"], "profile.deleted.v1");
    assert_eq!(parsed(&deleted)["data"]["reason"], "deleted");
    let lines = [created, changed, deleted];
    assert!(lines.iter().all(|line| parsed(line)["subject"] == "profiles/ada"));
    assert_good_and_on_the_bus(&machine, &lines).await;
}

#[tokio::test]
async fn every_change_of_an_order_is_a_valid_event_for_wscat_and_the_same_on_the_bus() {
    let machine = Machine::start().await;
    let mut wscat = Printer::wscat(&format!("{}/?subscribe=orders/acme/*", machine.addresses().clients));
    connected(&machine, 1).await;
    let mut lines = Vec::new();
    for (status, event_type) in [
        ("PLACED", "order.placed.v1"),
        ("PAID", "order.status-changed.v1"),
        ("CANCELLED", "order.cancelled.v1"),
    ] {
        put(&machine, "orders", &order("1001", status)).await;
        let line = wscat.line().await;
        assert_eq!(parsed(&line)["type"], event_type);
        assert_eq!(parsed(&line)["subject"], "orders/acme/1001");
        lines.push(line);
    }
    assert_eq!(parsed(&lines[0])["data"]["total"], "129.9");
    assert_good_and_on_the_bus(&machine, &lines).await;
}

/// Valid by the official SDK and by its own schema, without secrets, in order, and byte for byte on the bus.
async fn assert_good_and_on_the_bus(machine: &Machine, lines: &[String]) {
    let events: Vec<_> = lines.iter().map(|line| parsed(line)).collect();
    events.iter().for_each(assert_data_is_valid);
    assert!(events.is_sorted_by(|one, next| one["sequence"].as_str() < next["sequence"].as_str()));
    let texts: Vec<_> = lines.iter().map(String::as_str).collect();
    assert!(cloudevents_verdicts(&texts).await.iter().all(|verdict| verdict == "ok"));

    let mut bus = machine.bus();
    eventually("the events on the bus", async || {
        bus.read().await;
        (bus.arrived().len() >= lines.len()).then_some(())
    })
    .await;
    let on_the_bus: Vec<_> = bus.arrived().iter().map(|arrival| arrival.detail.get()).collect();
    assert_eq!(on_the_bus, texts);
    for (arrival, event) in bus.arrived().iter().zip(&events) {
        assert_eq!(event["type"], arrival.detail_type);
        assert_eq!(event["source"], arrival.source.replace('.', "/"));
    }
    assert_no_secret(machine, &on_the_bus);
}

fn assert_no_secret(machine: &Machine, events: &[&str]) {
    for secret in SECRETS {
        assert!(!events.concat().contains(secret), "{secret} in an event");
        assert!(!machine.log().contains(secret), "{secret} in the log");
    }
}

#[tokio::test]
async fn a_change_of_what_no_event_names_is_no_event() {
    let machine = Machine::start().await;
    let mut client = machine.subscribe(&["*"]).await;
    put(&machine, "profiles", &profile("ada", "Ada")).await;
    let mut changed = profile("ada", "Ada");
    changed["passwordHash"]["S"] = "another".into();
    put(&machine, "profiles", &changed).await;
    put(&machine, "profiles", &profile("ada", "Ada Lovelace")).await;
    assert_eq!(client.event().await["type"], "profile.created.v1");
    let next = client.event().await;
    assert_eq!(
        (&next["type"], &next["data"]["changed"][0]),
        (&"profile.changed.v1".into(), &"displayName".into())
    );
}

#[tokio::test]
async fn an_item_that_expires_is_an_event_with_its_reason() {
    let machine = Machine::start().await;
    let addresses = machine.addresses();
    let mut client = machine.subscribe(&["profiles/ada"]).await;
    let expiry = "Enabled=true,AttributeName=expiresAt";
    let enable = ["update-time-to-live", "--table-name", "profiles", "--time-to-live-specification", expiry];
    aws::dynamodb(addresses, &enable).await;
    let mut item = profile("ada", "Ada");
    item["expiresAt"] = serde_json::json!({"N": "1700000000"});
    put(&machine, "profiles", &item).await;
    assert_eq!(client.event().await["type"], "profile.created.v1");
    let deleted = client.event().await;
    assert_eq!(
        (&deleted["type"], &deleted["data"]["reason"]),
        (&"profile.deleted.v1".into(), &"expired".into())
    );
    assert_data_is_valid(&deleted);
}

#[tokio::test]
async fn ctrl_c_ends_everything_that_was_started() {
    let mut machine = Machine::start().await;
    let client = machine.subscribe(&["profiles/ada"]).await;
    everything_is_dispatched(&machine).await;
    let started = machine.processes();
    for function in ["connect", "enrich", "dispatch"] {
        assert!(started.iter().any(|process| process.name == function), "{function} in {started:?}");
    }
    assert_eq!(machine.stop().await, Some(0), "{}", machine.log());
    assert!(started.iter().all(|process| !processes::is_alive(process.id)), "{started:?}");
    drop(client);
}
