//! Clients that die or do not read. Other clients receive everything, and dead connections are deleted.

use std::collections::BTreeSet;

use serde_json::json;
use tablecast_tests::eventually::eventually;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::node::PrintingClient;
use tablecast_tests::processes;
use tablecast_tests::socket::Socket;

/// Size and number of the events. Their total is far more than the send buffers of the gateway (1 MB) and the
/// system.
const EVENT_BYTES: usize = 24 * 1024;
const EVENTS: usize = 600;

async fn write(local: &LocalMode, ids: std::ops::Range<usize>, bytes: usize) {
    for id in ids {
        let mut item = profile(&id.to_string(), "Ada");
        item["bio"] = json!({"S": "x".repeat(bytes)});
        local.dynamodb().put("profiles", item).await;
    }
}

/// Receives one event of each profile. Events of different profiles have no order.
async fn assert_receives(client: &mut Socket, ids: std::ops::Range<usize>) {
    let expected: BTreeSet<_> = ids.map(|id| format!("profiles/{id}")).collect();
    let received = client.subjects(expected.len()).await;
    assert_eq!(received.into_iter().collect::<BTreeSet<_>>(), expected);
}

/// Returns the number of connections in the table.
async fn count_connections(local: &LocalMode) -> usize {
    let items = local.dynamodb().scan("connections").await;
    items.iter().filter(|item| item["sk"]["S"] == "connection").count()
}

async fn wait_for_connections(local: &LocalMode, connections: usize) {
    let what = format!("{connections} connections in the table");
    eventually(&what, async || (count_connections(local).await == connections).then_some(())).await;
    let mut items = local.dynamodb().scan("connections").await;
    // The others are those of channels that `fanout` pushes.
    items.retain(|item| format!("{}{}", item["pk"]["S"], item["sk"]["S"]).contains("connection"));
    // Each connection has three items: itself, its subscription, and the copy of the subscription.
    assert_eq!(items.len(), 3 * connections, "{items:?}");
}

fn wscat(local: &LocalMode) -> PrintingClient {
    PrintingClient::wscat(&format!("{}/?subscribe=profiles/*", local.addresses().clients))
}

#[tokio::test]
async fn a_killed_client_is_deleted_and_others_receive_everything() {
    let local = LocalMode::start().await;
    let mut reading_client = local.subscribe(&["profiles/*"]).await;
    let mut killed = wscat(&local);
    wait_for_connections(&local, 2).await;
    write(&local, 0..20, 10).await;
    killed.line().await;
    assert!(processes::signal(killed.id(), "KILL"));
    write(&local, 20..40, 10).await;
    assert_receives(&mut reading_client, 0..40).await;
    wait_for_connections(&local, 1).await;
}

#[tokio::test]
async fn a_client_that_never_reads_is_closed_and_delays_no_other() {
    let local = LocalMode::start().await;
    let mut reading_client = local.subscribe(&["profiles/*"]).await;
    let slow = local.subscribe(&["profiles/*"]).await;
    let reading = tokio::spawn(async move {
        assert_receives(&mut reading_client, 0..EVENTS).await;
        reading_client
    });
    write(&local, 0..EVENTS, EVENT_BYTES).await;
    let mut reading_client = reading.await.unwrap();
    wait_for_connections(&local, 1).await;
    write(&local, EVENTS..EVENTS + 1, 10).await;
    assert_receives(&mut reading_client, EVENTS..EVENTS + 1).await;
    drop(slow);
}

#[tokio::test]
async fn a_frozen_client_is_deleted_after_two_hours_at_most() {
    let local = LocalMode::start_with(&["--test-clock"]).await;
    let mut reading_client = local.subscribe(&["profiles/*"]).await;
    let frozen = wscat(&local);
    wait_for_connections(&local, 2).await;
    assert!(processes::signal(frozen.id(), "STOP"));
    write(&local, 0..20, 10).await;
    assert_receives(&mut reading_client, 0..20).await;
    local.advance("2h").await;
    assert_eq!(reading_client.close_code().await, 1001);
    wait_for_connections(&local, 0).await;
}
