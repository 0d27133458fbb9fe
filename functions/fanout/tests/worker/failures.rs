//! Connections that take no frames. Each fails alone.

use std::time::Duration;

use serde_json::Value;
use tablecast_stand_in::logs;
use tokio::time::Instant;

use crate::world::*;

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
    // The account may have been the cause of a 429, so it gets more turns.
    let faults =
        [(Fault::Status(429), 5), (Fault::Status(500), 1), (Fault::Status(403), 1), (Fault::Hang, 1)];
    for (fault, turns) in faults {
        let (world, metrics) = with_faults(vec![fault.clone(); 20]).await;
        assert!(world.frames("bad=").len() <= turns * ATTEMPTS, "{fault:?}");
        assert_eq!(world.closed(), ["bad="], "{fault:?}");
        assert!(!world.is_stored("bad="), "{fault:?}");
        assert_eq!([&metrics["Closed"], &metrics["Outage"]], [1, 0], "{fault:?}");
    }
}

/// It probably connects again and fails again, and `dispatch` would wait for it.
#[tokio::test(start_paused = true)]
async fn a_run_goes_on_for_a_while_after_a_connection_failed() {
    for (faults, goes_on) in [(vec![Fault::Hang; 20], true), (vec![], false)] {
        let start = Instant::now();
        with_faults(faults.clone()).await;
        let failed_for = if goes_on { fanout::Limits::default().linger } else { Duration::ZERO };
        assert_eq!(start.elapsed() > failed_for + Duration::from_secs(2), goes_on, "{:?}", start.elapsed());
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
async fn a_delete_that_takes_too_long_is_logged() {
    logs::capture();
    let world = World::with_listeners(&["bad="]).await;
    world.aws.plan("bad=", [Fault::Status(410)]);
    world.aws.plan_always("connections Query connection#bad=", Some(Fault::Hang));
    world.append_and_cover(1..=1).await;
    // The SDK gives up after five seconds.
    world.serve_for(Duration::from_secs(4)).await;
    assert_eq!(logs::values("WARN", "error"), ["it took too long"]);
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

#[tokio::test(start_paused = true)]
async fn a_connection_that_can_be_neither_closed_nor_deleted_counts_once() {
    let world = World::with_listeners(&["a=", "bad="]).await;
    world.aws.plan_always("bad=", Some(Fault::Hang));
    world.aws.plan_always("DELETE bad=", Some(Fault::Status(500)));
    let not_deleted = Fault::Error(400, "AccessDeniedException");
    world.aws.plan("connections TransactWriteItems", vec![not_deleted.clone(); 3]);
    world.append_and_cover(1..=1).await;
    let metrics = world.serve().await;
    assert!(world.aws.all_faults_fired() && !world.is_stored("bad="));
    assert_eq!([&metrics["TimedOut"], &metrics["Unclosed"], &metrics["Closed"]], [1, 1, 0]);
}

/// The next worker closes it.
#[tokio::test(start_paused = true)]
async fn a_connection_that_is_neither_closed_nor_deleted_at_the_end_counts_once() {
    let world = World::with_listeners(&["bad="]).await;
    world.aws.plan_always("bad=", Some(Fault::Hang));
    world.aws.plan_always("DELETE bad=", Some(Fault::Status(500)));
    let not_deleted = Fault::Error(400, "AccessDeniedException");
    world.aws.plan_always("connections TransactWriteItems", Some(not_deleted));
    world.append_and_cover(1..=1).await;
    let metrics = world.serve_for(Duration::from_secs(60)).await;
    assert!(world.is_stored("bad="));
    assert_eq!([&metrics["TimedOut"], &metrics["Unclosed"], &metrics["Closed"]], [1, 1, 0]);
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
        // Within the two seconds in which the other one can stall.
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
    world.connect_now("young=").await;
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

/// The account can have too many requests of other channels.
#[tokio::test(start_paused = true)]
async fn the_listeners_of_a_small_channel_survive_a_throttled_account() {
    let ids = ["a=", "b=", "c="];
    let world = World::with_listeners(&ids).await;
    ids.iter().for_each(|id| world.aws.plan(id, vec![Fault::Status(429); 2 * ATTEMPTS]));
    world.append_and_cover(1..=3).await;
    let metrics = world.serve().await;
    assert_eq!([&metrics["Closed"], &metrics["Delivered"]], [0, 9]);
}

/// Its retries end after the turns of the others.
#[tokio::test(start_paused = true)]
async fn a_tenth_of_a_crowd_that_fails_is_closed_and_the_others_receive_everything() {
    let ids: Vec<String> = (0..600).map(|n| format!("{n}=")).collect();
    let world = World::with_listeners(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (bad, good) = ids.split_at(60);
    bad.iter().for_each(|id| world.aws.plan_always(id, Some(Fault::Status(500))));
    world.append_and_cover(1..=1).await;
    let others = async {
        for n in 2..=20 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            world.append_and_cover(n..=n).await;
        }
    };
    tokio::join!(world.serve(), others);
    assert!(good.iter().all(|id| world.received(id) == (1..=20).collect::<Vec<_>>()));
    assert!(bad.iter().all(|id| !world.is_stored(id)));
    assert_eq!(world.run().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_young_connection_that_cannot_be_closed_is_kept() {
    let world = World::with_listeners(&["a="]).await;
    world.connect_now("young=").await;
    world.aws.plan("young=", vec![Fault::Status(500); ATTEMPTS]);
    world.aws.plan("DELETE young=", [Fault::Status(410)]);
    world.append_and_cover(1..=1).await;
    let metrics = world.serve().await;
    assert!(world.is_stored("young="));
    assert_eq!([&metrics["Unclosed"], &metrics["Closed"], &metrics["connecting"]], [0, 0, 1]);
    assert_eq!(world.run().await, None);
}
