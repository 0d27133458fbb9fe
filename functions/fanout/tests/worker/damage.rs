//! Runs that something other than tablecast changed. Nobody knows what their listeners lack.

use std::time::Duration;

use serde_json::{Value, json};
use tablecast_protocol::Protocol;
use tokio::time::sleep;

use crate::world::*;

const ATTRIBUTES: [&str; 8] =
    ["source", "run_id", "started_after", "needed_to", "parts", "cursor_0", "owner_0", "leased_until_0"];

fn damage(world: &World, attribute: &str) {
    let mut items = world.aws.items("connections");
    items.retain(|item| item["sk"]["S"] == "channel");
    items[0][attribute] = json!({ "S": "damaged" });
    world.aws.import("connections", items);
}

fn counts(metrics: &Value) -> [u64; 2] {
    ["DamagedItems", "Gaps"].map(|name| metrics[name].as_u64().unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_damaged_run_closes_the_connections_of_its_channel_and_ends() {
    for attribute in ATTRIBUTES {
        let world = World::with_listeners(&["a="]).await;
        world.listen("wide=", Protocol::Batch, &["orders/*"]).await;
        world.listen("other=", Protocol::Single, &["orders/beta/*"]).await;
        world.append_and_cover(1..=3).await;
        damage(&world, attribute);
        let metrics = world.serve().await;
        let mut closed = world.closed();
        closed.sort();
        assert_eq!(closed, ["a=", "wide="], "{attribute}");
        assert!(!world.is_stored("a=") && world.is_stored("other="), "{attribute}");
        assert_eq!(counts(&metrics), [1, 1], "{attribute}");
        assert_eq!(world.run().await, None, "{attribute}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_cannot_be_read_is_a_gap_and_counts_as_damaged() {
    for text in [r#"{"id":"2"}"#, r#"{"id":"2","type":"order.placed.v1","subject":"orders//2"}"#] {
        let world = World::with_listeners(&["a="]).await;
        world.append(1..=1).await;
        world.append_text("2", text).await;
        world.append(3..=3).await;
        world.cover(1..=3).await;
        let metrics = world.serve().await;
        assert_eq!((world.closed(), counts(&metrics)), (vec!["a=".to_owned()], [1, 1]), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_listener_that_connects_after_the_damage_is_found_stays() {
    let world = World::with_listeners(&["a="]).await;
    world.append_and_cover(1..=3).await;
    damage(&world, "needed_to");
    assert!(world.run().await.unwrap().gap_at.is_some());
    sleep(Duration::from_secs(1)).await;
    world.connect_now("new=").await;
    world.append_and_cover(4..=4).await;
    let metrics = world.serve().await;
    assert_eq!((world.closed(), counts(&metrics)), (vec!["a=".to_owned()], [0, 1]));
    assert_eq!(world.received("new=").last(), Some(&4));
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_of_a_single_subject_is_closed_at_its_next_event() {
    let world = World::new();
    world.listen("one=", Protocol::Single, &["orders/acme/4"]).await;
    world.append_and_cover(1..=3).await;
    damage(&world, "needed_to");
    world.append_and_cover(4..=4).await;
    world.serve().await;
    assert_eq!((world.closed(), world.received("one=")), (vec!["one=".to_owned()], vec![]));
}

#[tokio::test(start_paused = true)]
async fn the_next_worker_closes_what_the_first_one_did_not() {
    let world = World::with_listeners(&["a="]).await;
    world.append_and_cover(1..=3).await;
    damage(&world, "cursor_0");
    world.aws.plan("connections Query", [Fault::Slow(Duration::from_secs(600))]);
    world.serve_for(Duration::from_secs(6)).await;
    assert!(world.closed().is_empty());
    sleep(Duration::from_secs(60)).await;
    world.serve().await;
    assert_eq!(world.closed(), ["a="]);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_starts_a_worker_for_a_damaged_run_and_counts_it() {
    for attribute in ATTRIBUTES {
        let world = World::with_listeners(&["a="]).await;
        world.append_and_cover(1..=3).await;
        damage(&world, attribute);
        let metrics =
            line(&world.fanout().handle(fanout::Task::Sweep, fanout::Deadline::after(MINUTES)).await);
        assert_eq!((world.started(), metrics["DamagedItems"].as_u64()), (vec![0], Some(1)), "{attribute}");
    }
}
