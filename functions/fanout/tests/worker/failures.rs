//! Connections that take no frames. Each fails alone.

use std::time::Duration;

use serde_json::Value;

use crate::world::*;

/// Retries of a frame, and the first attempt.
const ATTEMPTS: usize = 4;

/// `bad=` has these faults, and the others have none.
async fn with_faults(faults: Vec<Fault>) -> (World, Value) {
    let world = World::with_listeners(&["a=", "bad=", "c="]).await;
    world.aws.plan("bad=", faults);
    world.append_and_cover(1..=3).await;
    let metrics = world.serve().await;
    for id in ["a=", "c="] {
        assert_eq!(world.received(id), [1, 2, 3], "{id}");
        assert!(world.is_stored(id));
    }
    assert_eq!(world.run().await, None);
    (world, metrics)
}

#[tokio::test(start_paused = true)]
async fn temporary_failures_are_retried_in_order() {
    for fault in [Fault::Status(429), Fault::Status(500), Fault::Hang] {
        let (world, metrics) = with_faults(vec![fault.clone()]).await;
        assert_eq!(world.received("bad="), [1, 1, 2, 3], "{fault:?}");
        assert!(world.is_stored("bad=") && world.closed().is_empty(), "{fault:?}");
        assert_eq!(metrics["Closed"], 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_takes_nothing_is_closed_and_deleted_alone() {
    for fault in [Fault::Status(429), Fault::Status(500), Fault::Status(403), Fault::Hang] {
        let (world, metrics) = with_faults(vec![fault.clone(); 20]).await;
        assert!(world.frames("bad=").len() <= ATTEMPTS, "{fault:?}");
        assert_eq!(world.closed(), ["bad="], "{fault:?}");
        assert!(!world.is_stored("bad="), "{fault:?}");
        assert_eq!([&metrics["Closed"], &metrics["Outage"]], [1, 0], "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_has_ended_is_deleted() {
    let (world, metrics) = with_faults(vec![Fault::Status(410)]).await;
    assert_eq!(world.frames("bad="), [[1]]);
    assert!(!world.is_stored("bad=") && world.closed().is_empty());
    assert_eq!([&metrics["Gone"], &metrics["Closed"]], [1, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_cannot_be_closed_is_deleted() {
    let world = World::with_listeners(&["a=", "bad="]).await;
    world.aws.plan_always("bad=", Some(Fault::Hang));
    world.aws.plan_always("DELETE bad=", Some(Fault::Hang));
    world.append_and_cover(1..=3).await;
    let metrics = world.serve().await;
    assert!(!world.is_stored("bad="));
    assert_eq!([&metrics["TimedOut"], &metrics["Unclosed"]], [1, 1]);
    assert_eq!(world.received("a="), [1, 2, 3]);
}

/// The events of others arrive while one connection hangs, and the worker reads on.
#[tokio::test(start_paused = true)]
async fn a_hanging_connection_delays_nobody() {
    let world = World::with_listeners(&["a=", "bad="]).await;
    world.aws.plan_always("bad=", Some(Fault::Hang));
    world.append_and_cover(1..=1).await;
    let others = async {
        for n in 2..=10 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            world.append_and_cover(n..=n).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        // Within the patience of two seconds with the other one.
        assert_eq!(world.received("a="), (1..=10).collect::<Vec<_>>());
        assert!(world.closed().is_empty());
    };
    tokio::join!(world.serve(), others);
    assert_eq!(world.closed(), ["bad="]);
}

/// A crash while a connection hangs must not lose its events.
#[tokio::test(start_paused = true)]
async fn the_cursor_waits_for_the_slowest_connection() {
    let world = World::with_listeners(&["a=", "bad="]).await;
    world.aws.plan("bad=", [Fault::Hang, Fault::Hang]);
    world.append_and_cover(1..=3).await;
    let fanout = world.fanout();
    let killed = fanout.handle(part(0), fanout::Deadline::after(MINUTES));
    tokio::time::timeout(Duration::from_millis(800), killed).await.unwrap_err();
    assert_eq!(world.received("a="), [1, 2, 3]);
    assert_eq!(world.run().await.unwrap().parts[0].cursor, 0);
    tokio::time::sleep(Duration::from_secs(10)).await;
    world.serve().await;
    assert!(world.received("bad=").ends_with(&[1, 2, 3]));
}

#[tokio::test(start_paused = true)]
async fn a_young_connection_that_is_not_there_yet_is_kept() {
    let world = World::with_listeners(&["a="]).await;
    let young = tablecast_connections::Connection {
        id: "young=".to_owned(),
        protocol: tablecast_protocol::Protocol::Single,
        connected_at: tablecast_aws::now_in_milliseconds(),
        identity: None,
    };
    let pattern = tablecast_protocol::subject::Pattern::parse(ALL).unwrap();
    world.connections().open(&young, [pattern]).await.unwrap();
    world.aws.plan("young=", [Fault::Status(410)]);
    world.append_and_cover(1..=2).await;
    let metrics = world.serve().await;
    assert!(world.is_stored("young="));
    assert_eq!([&metrics["connecting"], &metrics["Gone"]], [1, 0]);
}

/// Nobody knows whose events are missing.
#[tokio::test(start_paused = true)]
async fn a_gap_in_the_log_closes_its_listeners() {
    let world = World::with_listeners(&["a=", "b="]).await;
    for n in 1..=3 {
        world.append(n..=n).await;
    }
    world.cover(1..=3).await;
    let items = world.aws.items("log");
    let second = items.iter().find(|item| item["sk"]["S"] == format!("{:020}", 2)).unwrap();
    world.aws.remove("log", second);
    let metrics = world.serve().await;
    let mut closed = world.closed();
    closed.sort();
    assert_eq!(closed, ["a=", "b="]);
    assert_eq!([&metrics["Gaps"], &metrics["Closed"]], [1, 2]);
    assert_eq!(world.received("a="), [0; 0]);
    assert_eq!(world.run().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_log_without_the_covered_events_is_a_gap() {
    let world = World::with_listeners(&["a="]).await;
    world.append_and_cover(1..=2).await;
    for item in world.aws.items("log") {
        world.aws.remove("log", &item);
    }
    world.serve().await;
    assert_eq!(world.closed(), ["a="]);
    assert_eq!(world.run().await, None);
}
