//! Listeners that take all their frames, and far more slowly than others.

use std::time::Duration;

use tablecast_protocol::Protocol;

use crate::world::*;

const POST: Duration = Duration::from_millis(150);

/// A worker with room for so many events. Each frame of the slow connections takes a while.
async fn with(slow: &[&str], fast: &[&str], queued: usize) -> World {
    let mut world = World::new();
    world.limits.room.queued = queued;
    for id in slow {
        world.listen(id, Protocol::Single, &[ALL]).await;
        world.aws.plan_always(id, Some(Fault::Slow(POST)));
    }
    for id in fast {
        world.listen(id, Protocol::Batch, &[ALL]).await;
    }
    world
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_lacks_far_more_than_others_is_closed() {
    let world = with(&["slow="], &["fast="], 400).await;
    world.append_and_cover(1..=1000).await;
    let metrics = world.serve().await;
    assert_eq!(metrics["TimedOut"], 1);
    assert_eq!(world.closed(), ["slow="]);
    assert!(world.received("slow=").len() < 100, "it resumes");
    assert_eq!(world.received("fast="), (1..=1000).collect::<Vec<_>>());
    assert_eq!(world.run().await, None);
}

#[tokio::test(start_paused = true)]
async fn connections_that_are_equally_slow_are_not_closed() {
    let world = with(&["a=", "b="], &[], 400).await;
    world.append_and_cover(1..=1000).await;
    world.serve().await;
    assert!(world.closed().is_empty());
    for id in ["a=", "b="] {
        assert_eq!(world.received(id), (1..=1000).collect::<Vec<_>>());
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_has_left_does_not_count_as_a_quick_one() {
    let world = with(&["a=", "b=", "gone="], &[], 600).await;
    world.aws.plan("gone=", [Fault::Status(410)]);
    world.append_and_cover(1..=1000).await;
    world.serve().await;
    assert!(world.closed().is_empty());
    for id in ["a=", "b="] {
        assert_eq!(world.received(id), (1..=1000).collect::<Vec<_>>());
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_connection_whose_events_leave_room_is_not_closed() {
    let world = with(&["slow="], &["fast="], 10_000).await;
    world.append_and_cover(1..=1000).await;
    world.serve().await;
    assert!(world.closed().is_empty());
    assert_eq!(world.received("slow=").len(), 1000);
}

/// A worker keeps the events until the slowest listener has them.
#[tokio::test(start_paused = true)]
async fn the_bytes_of_the_events_are_bounded_too() {
    let mut world = with(&["slow="], &["fast="], 10_000).await;
    world.limits.room.bytes = 50_000;
    world.append_and_cover(1..=1000).await;
    world.serve().await;
    assert_eq!(world.closed(), ["slow="]);
    assert_eq!(world.received("fast=").len(), 1000);
}

#[tokio::test(start_paused = true)]
async fn a_slow_connection_that_lacks_little_is_left_to_the_next_worker() {
    let world = with(&["slow="], &["fast="], 100_000).await;
    world.append_and_cover(1..=200).await;
    world.serve_for(Duration::from_secs(10)).await;
    assert!(world.received("slow=").len() < 70, "it lacks more than 128 events");
    world.serve().await;
    assert!(world.closed().is_empty());
    assert_eq!(world.received("slow="), (1..=200).collect::<Vec<_>>());
}

/// The next worker begins at the cursor, which waits for the slowest listener.
#[tokio::test(start_paused = true)]
async fn the_next_worker_repeats_nothing_because_of_a_slow_connection() {
    let world = with(&["slow="], &["fast="], 10_000).await;
    world.append_and_cover(1..=1000).await;
    world.serve_for(Duration::from_secs(25)).await;
    assert_eq!(world.closed(), ["slow="]);
    world.serve().await;
    assert_eq!(world.received("fast="), (1..=1000).collect::<Vec<_>>());
    assert_eq!(world.run().await, None);
}
