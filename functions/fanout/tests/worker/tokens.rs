//! Tokens that expire while events wait for their turn.

use std::time::Duration;

use crate::world::*;

/// The token of `b=` has expired before its turn.
async fn waiting() -> World {
    let world = World::with_listeners(&["a="]).await;
    world.listen_with_short_token("b=").await;
    world.append_and_cover(1..=1).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    world
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_ends_the_connection() {
    let world = waiting().await;
    let metrics = world.serve().await;
    assert_eq!([&metrics["Expired"], &metrics["Delivered"]], [1, 1]);
    assert_eq!(world.closed(), ["b="]);
    assert!(!world.is_stored("b="));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_refreshed_meanwhile_does_not_end_the_connection() {
    let world = waiting().await;
    world.refresh("b=").await;
    let metrics = world.serve().await;
    assert_eq!([&metrics["Expired"], &metrics["Delivered"]], [0, 2]);
    assert!(world.closed().is_empty() && world.is_stored("b="));
}
