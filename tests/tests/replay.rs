//! What an operator gets who replays the log of a pipe: the events as they were, by subject, type and time.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::{Value, json};
use tablecast_tests::bus::{Arrival, Bus};
use tablecast_tests::fence::{everything_is_dispatched, is_of_a_fence};
use tablecast_tests::items::{order_of, profile};
use tablecast_tests::machine::Machine;

/// Two orders of initech, one of which is cancelled, one of globex; and a profile.
async fn changes(machine: &Machine) -> Bus {
    let mut bus = machine.bus();
    bus.read().await;
    let database = machine.dynamodb();
    for (tenant, id, status) in [
        ("initech", "1", "PLACED"),
        ("initech", "2", "PLACED"),
        ("globex", "1", "PLACED"),
        ("initech", "1", "CANCELLED"),
    ] {
        database.put("orders", order_of(tenant, id, status)).await;
    }
    database.put("profiles", profile("ada", "Ada")).await;
    everything_is_dispatched(machine).await;
    bus.read().await;
    bus
}

/// What is told, a line each; of the machine that it is.
async fn replay(machine: &Machine, arguments: &[&str]) -> (bool, String, String) {
    let port = |url: &str| url.rsplit_once(':').unwrap().1.to_owned();
    let (http, dynamodb) = (port(&machine.addresses().http), port(&machine.addresses().dynamodb));
    machine.command(&[&["replay", "--port", &http, "--dynamodb-port", &dynamodb], arguments].concat()).await
}

/// Fences may have come meanwhile.
async fn told(machine: &Machine, arguments: &[&str]) -> Vec<String> {
    let (success, lines, reason) = replay(machine, arguments).await;
    assert!(success, "{reason}");
    lines.lines().filter(|line| !is_of_a_fence(line)).map(str::to_owned).collect()
}

fn texts<'a>(arrived: impl Iterator<Item = &'a Arrival>) -> Vec<String> {
    arrived.map(|arrival| arrival.detail.get().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_of_a_pipe_is_told_as_it_was_on_the_bus_by_subject_type_and_time() {
    let machine = Machine::start().await;
    let bus = changes(&machine).await;
    let of_orders = |chosen: &dyn Fn(&Arrival) -> bool| {
        let of_orders = bus.arrived().iter().filter(|one| one.source == "tablecast.orders");
        texts(of_orders.filter(|one| !is_of_a_fence(&one.about().subject) && chosen(one)))
    };
    let all = of_orders(&|_| true);
    assert_eq!(all.len(), 4);
    assert_eq!(told(&machine, &["orders"]).await, all);
    let initech = of_orders(&|one| one.about().subject.starts_with("orders/initech/"));
    assert_eq!(told(&machine, &["orders", "--subject", "orders/initech/*"]).await, initech);
    let cancelled = of_orders(&|one| one.detail_type == "order.cancelled.v1");
    assert_eq!(cancelled.len(), 1);
    assert_eq!(told(&machine, &["orders", "--type", "order.cancelled.v1", "--since", "1h"]).await, cancelled);
    assert_eq!(told(&machine, &["orders", "--until", "1h"]).await, [""; 0]);
    let first: Value = serde_json::from_str(&all[0]).unwrap();
    assert_eq!(told(&machine, &["orders", "--after", first["position"].as_str().unwrap()]).await, all[1..]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_the_bus_a_replayed_event_has_its_id_and_says_that_it_is_replayed() {
    let machine = Machine::start().await;
    let mut bus = changes(&machine).await;
    let before = bus.arrived().len();
    let arguments = ["orders", "--subject", "orders/initech/*", "--to-bus", "--replay", "fix-7"];
    let (success, lines, summary) = replay(&machine, &arguments).await;
    assert!(success && lines.is_empty(), "{summary}");
    assert!(summary.contains("fix-7"), "{summary}");
    bus.read().await;
    let (once, again) = bus.arrived().split_at(before);
    let again = again.iter().filter(|one| !is_of_a_fence(&one.about().subject));
    let once = once.iter().filter(|one| one.about().subject.starts_with("orders/initech/"));
    let marked = once.map(|one| {
        let mut event: Value = serde_json::from_str(one.detail.get()).unwrap();
        event["replayed"] = json!("fix-7");
        (one.detail_type.clone(), event)
    });
    let parsed = |one: &Arrival| (one.detail_type.clone(), serde_json::from_str(one.detail.get()).unwrap());
    assert_eq!(again.map(parsed).collect::<Vec<_>>(), marked.collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_replayed_is_said_with_the_reason() {
    let machine = Machine::start().await;
    changes(&machine).await;
    for (arguments, reason) in [
        (vec!["ordres"], "the pipe ordres has no log here"),
        (vec!["orders", "--after", "0000000000000007-1"], "is not in the log of the pipe orders"),
        (vec!["orders", "--subject", "orders//1"], "empty segment"),
        (vec!["orders", "--since", "yesterday"], "2026-11-23T09:00:00Z"),
        (vec!["orders", "--replay", "fix"], "--to-bus"),
    ] {
        let (success, lines, said) = replay(&machine, &arguments).await;
        assert!(!success && lines.is_empty(), "{arguments:?}");
        assert!(said.contains(reason), "{arguments:?}: {said}");
    }
}
