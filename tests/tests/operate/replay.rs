//! `tablecast replay` returns events of a pipe's logs by subject, type, time and channel.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tablecast_tests::barrier::{is_barrier_subject, wait_until_dispatched};
use tablecast_tests::bus::{Bus, BusEvent};
use tablecast_tests::items::{order_of, profile};
use tablecast_tests::local_mode::LocalMode;

/// Writes two orders of initech, of which one is cancelled, an order of globex, and a profile. Returns the
/// bus.
async fn write_changes(local: &LocalMode) -> Bus {
    let mut bus = local.bus();
    bus.read_new().await;
    let database = local.dynamodb();
    for (tenant, id, status) in [
        ("initech", "1", "PLACED"),
        ("initech", "2", "PLACED"),
        ("globex", "1", "PLACED"),
        ("initech", "1", "CANCELLED"),
    ] {
        database.put("orders", order_of(tenant, id, status)).await;
    }
    database.put("profiles", profile("ada", "Ada")).await;
    wait_until_dispatched(local).await;
    bus.read_new().await;
    bus
}

/// Runs `tablecast replay` on the local mode. Returns its success, stdout and stderr.
async fn replay(local: &LocalMode, arguments: &[&str]) -> (bool, String, String) {
    let port = |url: &str| url.rsplit_once(':').unwrap().1.to_owned();
    let (http, dynamodb) = (port(&local.addresses().http), port(&local.addresses().dynamodb));
    local.command(&[&["replay", "--port", &http, "--dynamodb-port", &dynamodb], arguments].concat()).await
}

/// Returns the lines of a successful replay without events of barriers.
async fn replayed(local: &LocalMode, arguments: &[&str]) -> Vec<String> {
    let (success, lines, reason) = replay(local, arguments).await;
    assert!(success, "{reason}");
    lines.lines().filter(|line| !is_barrier_subject(line)).map(str::to_owned).collect()
}

/// The events of each channel, in order. The channels have no order.
fn by_channel(events: &[String]) -> BTreeMap<String, Vec<&String>> {
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for event in events {
        let parsed: Value = serde_json::from_str(event).unwrap();
        found.entry(parsed["source"].as_str().unwrap().to_owned()).or_default().push(event);
    }
    found
}

fn texts<'a>(events: impl Iterator<Item = &'a BusEvent>) -> Vec<String> {
    events.map(|event| event.detail.get().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replay_prints_the_events_of_the_bus_by_subject_type_and_time() {
    let local = LocalMode::start().await;
    let bus = write_changes(&local).await;
    let of_orders = |chosen: &dyn Fn(&BusEvent) -> bool| {
        let of_orders = bus.events().iter().filter(|one| one.source == "tablecast.orders");
        texts(of_orders.filter(|one| !is_barrier_subject(&one.head().subject) && chosen(one)))
    };
    let all = of_orders(&|_| true);
    assert_eq!(all.len(), 4);
    let printed = replayed(&local, &["orders"]).await;
    assert_eq!(by_channel(&printed), by_channel(&all));
    let sources: Vec<_> = by_channel(&all).into_keys().collect();
    assert_eq!(sources, ["tablecast/orders/globex", "tablecast/orders/initech"]);
    let initech = of_orders(&|one| one.head().subject.starts_with("orders/initech/"));
    assert_eq!(replayed(&local, &["orders", "--subject", "orders/initech/*"]).await, initech);
    let cancelled = of_orders(&|one| one.detail_type == "order.cancelled.v1");
    assert_eq!(cancelled.len(), 1);
    assert_eq!(
        replayed(&local, &["orders", "--type", "order.cancelled.v1", "--since", "1h"]).await,
        cancelled
    );
    assert_eq!(replayed(&local, &["orders", "--until", "1h"]).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_starts_after_a_position_of_its_channel_or_continues_from_it() {
    let local = LocalMode::start().await;
    write_changes(&local).await;
    let all = replayed(&local, &["orders"]).await;
    let channels = by_channel(&all);
    let initech = &channels["tablecast/orders/initech"];
    let first: Value = serde_json::from_str(initech[0]).unwrap();
    let (source, position) = (first["source"].as_str().unwrap(), first["position"].as_str().unwrap());
    let lines = |events: &[&String]| events.iter().map(|event| (*event).clone()).collect::<Vec<_>>();
    assert_eq!(replayed(&local, &["orders", "--source", source]).await, lines(initech));
    let after = replayed(&local, &["orders", "--source", source, "--after", position]).await;
    assert_eq!(after, lines(&initech[1..]));
    let rest = replayed(&local, &["orders", "--continue", &format!("{source}@{position}")]).await;
    let index = all.iter().position(|event| event == initech[0]).unwrap();
    assert_eq!(rest, all[index + 1..], "the rest of the channel, and the channels after it");
    assert_eq!(replayed(&local, &["orders", "--continue", source]).await, all[index..]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replayed_event_on_the_bus_has_its_id_and_a_replayed_attribute() {
    let local = LocalMode::start().await;
    let mut bus = write_changes(&local).await;
    let before = bus.events().len();
    let arguments = ["orders", "--subject", "orders/initech/*", "--to-bus", "--replay", "fix-7"];
    let (success, lines, summary) = replay(&local, &arguments).await;
    assert!(success && lines.is_empty(), "{summary}");
    assert!(summary.contains("fix-7"), "{summary}");
    bus.read_new().await;
    let (first, second) = bus.events().split_at(before);
    let second = second.iter().filter(|one| !is_barrier_subject(&one.head().subject));
    let first = first.iter().filter(|one| one.head().subject.starts_with("orders/initech/"));
    let marked = first.map(|one| {
        let mut event: Value = serde_json::from_str(one.detail.get()).unwrap();
        event["replayed"] = json!("fix-7");
        (one.detail_type.clone(), event)
    });
    let parsed = |one: &BusEvent| (one.detail_type.clone(), serde_json::from_str(one.detail.get()).unwrap());
    assert_eq!(second.map(parsed).collect::<Vec<_>>(), marked.collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_item_is_named_at_the_end_and_does_not_stop_other_channels() {
    let local = LocalMode::start().await;
    write_changes(&local).await;
    let all = replayed(&local, &["orders"]).await;
    let damaged = json!({"pk": {"S": "tablecast/orders/initech"}, "sk": {"S": format!("{:020}", 1)}});
    local.dynamodb().put("log", damaged).await;
    let (success, lines, reason) = replay(&local, &["orders"]).await;
    assert!(!success && reason.contains("tablecast/orders/initech / 00000000000000000001"), "{reason}");
    let printed: Vec<_> = lines.lines().filter(|line| !is_barrier_subject(line)).collect();
    let kept: Vec<_> = all.iter().filter(|line| printed.contains(&line.as_str())).collect();
    assert!(kept.len() == printed.len() && kept.len() < all.len(), "{lines}");
    assert!(printed.iter().any(|line| line.contains("orders/globex/1")), "{lines}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_replay_command_fails_with_the_reason() {
    let local = LocalMode::start().await;
    write_changes(&local).await;
    let initech = "tablecast/orders/initech";
    for (arguments, reason) in [
        (vec!["ordres"], "the pipe ordres has no log in the local mode"),
        (
            vec!["orders", "--source", initech, "--after", "0000000000000007-1"],
            "is not in the log of this channel",
        ),
        (vec!["orders", "--after", "0000000000000007-1"], "--source"),
        (vec!["orders", "--source", "orders/initech"], "is not the source of an event"),
        (vec!["orders", "--source", "tablecast/orders/other"], "the pipe orders has no such channel"),
        (vec!["profiles", "--source", initech], "the pipe profiles has no such channel"),
        (vec!["orders", "--source", initech, "--continue", initech], "cannot be used with"),
        (vec!["orders", "--continue", "tablecast/orders/other"], "the pipe orders has no such channel"),
        (vec!["orders", "--subject", "orders//1"], "empty segment"),
        (vec!["orders", "--since", "yesterday"], "2026-11-23T09:00:00Z"),
        (vec!["orders", "--replay", "fix"], "--to-bus"),
    ] {
        let (success, lines, errors) = replay(&local, &arguments).await;
        assert!(!success && lines.is_empty(), "{arguments:?}");
        assert!(errors.contains(reason), "{arguments:?}: {errors}");
    }
}
