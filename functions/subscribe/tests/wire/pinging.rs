//! Pings while `fanout` pushes a channel: a pong names no event that it has not pushed.

use serde_json::json;
use tablecast_protocol::{Position, Protocol};

use crate::resuming::{SOURCE, start};
use crate::stand_in::{StandIn, now};

/// A client of a channel with four events. A run began after the first one.
async fn start_with_run() -> (StandIn, Vec<Position>) {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    stand_in.send(json!({ "action": "subscribe", "subjects": ["orders/acme/*"] })).await;
    let offsets = positions[1].offset..=positions[3].offset;
    stand_in.connections().cover(SOURCE, offsets, None, now() * 1000).await.unwrap();
    (stand_in, positions)
}

async fn assert_pong(stand_in: &StandIn, position: Position) {
    let replies = stand_in.send(json!({ "action": "ping" })).await;
    assert_eq!(replies[0]["data"], json!({ "sources": { SOURCE: position.to_string() } }));
}

#[tokio::test]
async fn a_pong_during_a_run_has_its_cursor_and_after_it_the_end() {
    let (stand_in, positions) = start_with_run().await;
    assert_pong(&stand_in, positions[0]).await;
    let (connections, end) = (stand_in.connections(), positions[3].offset);
    let run = connections.run(SOURCE).await.unwrap().unwrap();
    let run = connections.advance(&run, 0, positions[2].offset, 0).await.unwrap().unwrap();
    assert_pong(&stand_in, positions[2]).await;
    let run = connections.advance(&run, 0, end + 5, 0).await.unwrap().unwrap();
    assert_pong(&stand_in, positions[3]).await;
    assert!(connections.end_run(&run, 0).await.unwrap());
    assert_pong(&stand_in, positions[3]).await;
}

#[tokio::test]
async fn a_pong_has_the_least_cursor_of_all_parts() {
    let (stand_in, positions) = start_with_run().await;
    let connections = stand_in.connections();
    let run = connections.run(SOURCE).await.unwrap().unwrap();
    let run = connections.split(&run, 3).await.unwrap().unwrap();
    let run = connections.advance(&run, 0, positions[3].offset, 0).await.unwrap().unwrap();
    let run = connections.advance(&run, 1, positions[1].offset, 0).await.unwrap().unwrap();
    assert_pong(&stand_in, positions[0]).await;
    connections.advance(&run, 2, positions[2].offset, 0).await.unwrap();
    assert_pong(&stand_in, positions[1]).await;
}

/// In the other order, an event that is appended and handed over in between would be named.
#[tokio::test]
async fn a_ping_reads_the_run_after_the_end_of_the_log() {
    let (stand_in, _) = start_with_run().await;
    stand_in.calls();
    stand_in.send(json!({ "action": "ping" })).await;
    assert_eq!(stand_in.calls()[..3], ["Query", "Query", "GetItem"]);
}

/// The subscription was written before the end was read, so later events are pushed.
#[tokio::test]
async fn an_acknowledgement_during_a_run_has_the_end_after_the_replay() {
    let (stand_in, positions) = start_with_run().await;
    let after = json!({ SOURCE: positions[0].to_string() });
    let message = json!({ "action": "subscribe", "subjects": ["orders/acme/*"], "after": after });
    let replies = stand_in.send(message).await;
    let replayed: Vec<_> = replies.iter().filter_map(|reply| reply["position"].as_str()).collect();
    assert!(replayed.contains(&positions[3].to_string().as_str()), "{replies:?}");
    assert_eq!(replies.last().unwrap()["data"]["sources"][SOURCE], positions[3].to_string());
}

/// `fanout` closes the connection. Until then, its client must not store a position that it has not reached.
#[tokio::test]
async fn a_pong_names_no_event_of_a_damaged_run() {
    let (stand_in, positions) = start_with_run().await;
    let mut items = stand_in.items();
    items.retain(|item| item["sk"]["S"] == "channel");
    items[0]["cursor_0"] = json!({ "S": "damaged" });
    stand_in.import("connections", items);
    assert_pong(&stand_in, Position { offset: 0, ..positions[0] }).await;
}
