//! Clients that die or do not read: the others get everything, and what is dead is forgotten.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::json;
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::node::Printer;
use tablecast_tests::patience::eventually;
use tablecast_tests::processes;
use tablecast_tests::socket::Socket;

/// Together far more than the gateway's send buffer (1 MB) and the system's hold for one client.
const LARGE: usize = 24 * 1024;
const MANY: usize = 600;

async fn write(machine: &Machine, ids: std::ops::Range<usize>, bytes: usize) {
    for id in ids {
        let mut item = profile(&id.to_string(), "Ada");
        item["bio"] = json!({"S": "x".repeat(bytes)});
        machine.dynamodb().put("profiles", item).await;
    }
}

async fn assert_gets(client: &mut Socket, ids: std::ops::Range<usize>) {
    let expected: Vec<_> = ids.map(|id| format!("profiles/{id}")).collect();
    assert_eq!(client.subjects(expected.len()).await, expected);
}

/// How many connections the table knows.
async fn remembered(machine: &Machine) -> usize {
    let items = machine.dynamodb().scan("connections").await;
    items.iter().filter(|item| item["sk"]["S"] == "connection").count()
}

async fn becomes(machine: &Machine, connections: usize) {
    let what = format!("{connections} connections in the table");
    eventually(&what, async || (remembered(machine).await == connections).then_some(())).await;
    let items = machine.dynamodb().scan("connections").await;
    // Each has one subscription, and that its mirror.
    assert_eq!(items.len(), 3 * connections, "{items:?}");
}

fn wscat(machine: &Machine) -> Printer {
    Printer::wscat(&format!("{}/?subscribe=profiles/*", machine.addresses().clients))
}

#[tokio::test]
async fn a_killed_client_is_forgotten_and_the_others_get_everything() {
    let machine = Machine::start().await;
    let mut good = machine.subscribe(&["profiles/*"]).await;
    let mut killed = wscat(&machine);
    becomes(&machine, 2).await;
    write(&machine, 0..20, 10).await;
    killed.line().await;
    assert!(processes::signal(killed.id(), "KILL"));
    write(&machine, 20..40, 10).await;
    assert_gets(&mut good, 0..40).await;
    becomes(&machine, 1).await;
}

#[tokio::test]
async fn a_client_that_never_reads_delays_nobody_and_is_closed() {
    let machine = Machine::start().await;
    let mut good = machine.subscribe(&["profiles/*"]).await;
    let slow = machine.subscribe(&["profiles/*"]).await;
    let reading = tokio::spawn(async move {
        assert_gets(&mut good, 0..MANY).await;
        good
    });
    write(&machine, 0..MANY, LARGE).await;
    let mut good = reading.await.unwrap();
    becomes(&machine, 1).await;
    write(&machine, MANY..MANY + 1, 10).await;
    assert_gets(&mut good, MANY..MANY + 1).await;
    drop(slow);
}

#[tokio::test]
async fn a_client_that_froze_is_forgotten_after_two_hours_at_most() {
    let machine = Machine::start_with(&["--test-clock"]).await;
    let mut good = machine.subscribe(&["profiles/*"]).await;
    let frozen = wscat(&machine);
    becomes(&machine, 2).await;
    assert!(processes::signal(frozen.id(), "STOP"));
    write(&machine, 0..20, 10).await;
    assert_gets(&mut good, 0..20).await;
    machine.advance("2h").await;
    assert_eq!(good.closed().await, 1001);
    becomes(&machine, 0).await;
}
