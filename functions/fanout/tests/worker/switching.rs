//! Runs begin, are taken over, are shared and end.

use std::time::Duration;

use fanout::{Deadline, Task};
use tablecast_aws::now_in_milliseconds;

use crate::world::*;

#[tokio::test(start_paused = true)]
async fn a_second_worker_leaves_a_part_that_another_holds() {
    let world = World::with_listeners(&["a="]).await;
    world.aws.plan("a=", [Fault::Slow(Duration::from_millis(500))]);
    world.append_and_cover(1..=3).await;
    let second = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        world.serve().await
    };
    let (_, second) = tokio::join!(world.serve(), second);
    assert_eq!(second["Delivered"], 0);
    assert_eq!(world.received("a="), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_dead_workers_part_is_taken_over_once_its_lease_ends() {
    let world = World::with_listeners(&["a="]).await;
    world.append_and_cover(1..=2).await;
    world.aws.plan("a=", [Fault::Hang]);
    let fanout = world.fanout();
    let killed = fanout.handle(part(0), Deadline::after(MINUTES));
    tokio::time::timeout(Duration::from_millis(300), killed).await.unwrap_err();
    assert_eq!(world.serve().await["Delivered"], 0);
    tokio::time::sleep(Duration::from_secs(10)).await;
    world.serve().await;
    assert!(world.received("a=").ends_with(&[1, 2]));
    assert_eq!(world.run().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_worker_whose_lease_is_lost_sends_no_further_frame() {
    let world = World::with_listeners(&["a="]).await;
    world.append_and_cover(1..=50).await;
    world.aws.plan_always("a=", Some(Fault::Slow(Duration::from_millis(150))));
    let steal = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let run = world.run().await.unwrap();
        // As if the lease had ended.
        let now = now_in_milliseconds() + 60_000;
        world.connections().lease(&run, 0, 7, now, now + 1).await.unwrap().unwrap();
    };
    tokio::join!(world.serve(), steal);
    // The next renewal finds it out.
    assert!((2..=25).contains(&world.frames("a=").len()), "{:?}", world.frames("a="));
    assert_eq!(world.run().await.unwrap().parts[0].owner, 7);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_cannot_renew_its_lease_stops_before_it_ends() {
    let world = World::with_listeners(&["a="]).await;
    world.append_and_cover(1..=400).await;
    world.aws.plan_always("a=", Some(Fault::Slow(Duration::from_millis(150))));
    let fail = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        world.aws.plan_always("connections UpdateItem", Some(Fault::Hang));
    };
    let start = tokio::time::Instant::now();
    tokio::join!(world.serve(), fail);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

/// A batch whose events come before those of the run, because its dispatch was slower.
#[tokio::test(start_paused = true)]
async fn a_run_that_begins_again_earlier_is_pushed_from_there() {
    let world = World::with_listeners(&["a="]).await;
    world.append(1..=2).await;
    world.append_and_cover(3..=4).await;
    world.aws.plan("a=", [Fault::Slow(Duration::from_millis(150))]);
    let earlier = async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        world.cover(1..=2).await;
    };
    tokio::join!(world.serve(), earlier);
    assert!(world.received("a=").ends_with(&[1, 2, 3, 4]), "{:?}", world.received("a="));
    assert_eq!(world.run().await, None);
}

#[tokio::test(start_paused = true)]
async fn events_that_are_covered_while_the_run_ends_are_pushed() {
    for delay in 0..40 {
        let world = World::with_listeners(&["a="]).await;
        world.append_and_cover(1..=1).await;
        let late = async {
            tokio::time::sleep(Duration::from_millis(delay)).await;
            let run = world.append_and_cover(2..=2).await;
            // As `dispatch` does.
            run.unleased_parts(now_in_milliseconds()).next().is_some()
        };
        let (_, is_unserved) = tokio::join!(world.serve(), late);
        if is_unserved {
            world.serve().await;
        }
        assert_eq!(world.received("a="), [1, 2], "{delay}");
        assert_eq!(world.run().await, None, "{delay}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_stops_before_its_time_is_over_and_starts_another() {
    let world = World::with_listeners(&["a="]).await;
    world.append_and_cover(1..=200).await;
    world.aws.plan_always("a=", Some(Fault::Slow(Duration::from_millis(150))));
    world.serve_for(Duration::from_secs(6)).await;
    assert_eq!(world.started(), [0]);
    let run = world.run().await.unwrap();
    assert!((5..200).contains(&run.parts[0].cursor), "{run:?}");
    assert_eq!(run.unleased_parts(now_in_milliseconds()).count(), 1);
    world.serve().await;
    let mut received = world.received("a=");
    received.dedup();
    assert_eq!(received, (1..=200).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_large_audience_is_shared_between_parts() {
    let ids: Vec<String> = (0..60).map(|n| format!("c{n}=")).collect();
    let mut world = World::with_listeners(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    world.limits.listeners_per_part = 25;
    world.append_and_cover(1..=2).await;
    let others = async {
        while world.started().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let fanouts = [world.fanout(), world.fanout()];
        let [one, two] = &fanouts;
        let deadline = Deadline::after(MINUTES);
        tokio::join!(one.handle(part(1), deadline), two.handle(part(2), deadline));
    };
    tokio::join!(world.serve(), others);
    let mut started = world.started();
    started.sort();
    assert_eq!(started, [1, 2]);
    for id in &ids {
        assert_eq!(world.received(id), [1, 2], "{id}");
    }
    assert_eq!(world.run().await, None);
}

#[tokio::test(start_paused = true)]
async fn the_sweep_starts_a_worker_for_each_part_that_none_serves() {
    let world = World::with_listeners(&["a="]).await;
    world.append_and_cover(1..=1).await;
    let sweep = || async { world.fanout().handle(Task::Sweep, Deadline::after(MINUTES)).await };
    let metrics = line(&sweep().await);
    assert_eq!([&metrics["FannedOut"], &metrics["Started"]], [1, 1]);
    assert_eq!(world.started(), [0]);
    world.aws.plan("a=", [Fault::Slow(Duration::from_millis(500))]);
    let (_, metrics) = tokio::join!(world.serve(), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        line(&sweep().await)
    });
    assert_eq!([&metrics["FannedOut"], &metrics["Started"]], [1, 0]);
    assert_eq!(line(&sweep().await)["FannedOut"], 0);
}

/// Lambda would stop it, and its metrics would be lost.
#[tokio::test(start_paused = true)]
async fn a_sweep_whose_starts_hang_ends_in_time_and_counts_them_as_not_started() {
    const PARTS: usize = 16;
    let world = World::new();
    let run = world.append_and_cover(1..=1).await;
    world.connections().split(&run, PARTS).await.unwrap().unwrap();
    world.aws.plan_always("Invoke fanout", Some(Fault::Hang));
    let (start, time) = (tokio::time::Instant::now(), Duration::from_secs(2));
    let metrics = line(&world.fanout().handle(Task::Sweep, Deadline::after(time)).await);
    assert!(start.elapsed() < time, "{:?}", start.elapsed());
    let expected = [1, 0, PARTS as u64].map(serde_json::Value::from);
    assert_eq!(["FannedOut", "Started", "NotStarted"].map(|name| metrics[name].clone()), expected);
}

/// Their runs wait for the next sweep.
#[tokio::test(start_paused = true)]
async fn a_sweep_counts_and_logs_the_lists_that_it_did_not_read_in_time() {
    tablecast_stand_in::logs::capture();
    let world = World::new();
    world.aws.plan("connections Query", vec![Fault::None; 10]);
    world.aws.plan_always("connections Query", Some(Fault::Hang));
    let time = Duration::from_secs(2);
    let metrics = line(&world.fanout().handle(Task::Sweep, Deadline::after(time)).await);
    assert_eq!(metrics["NotSwept"], 6);
    assert_eq!(tablecast_stand_in::logs::values("WARN", "unread"), [6]);
    let world = World::new();
    assert_eq!(line(&world.fanout().handle(Task::Sweep, Deadline::after(time)).await)["NotSwept"], 0);
}

#[tokio::test(start_paused = true)]
async fn the_sweep_ends_a_run_whose_worker_died_before_its_end() {
    let world = World::with_listeners(&["a="]).await;
    let run = world.append_and_cover(1..=1).await;
    let now = now_in_milliseconds();
    let run = world.connections().lease(&run, 0, 7, now, now).await.unwrap().unwrap();
    world.connections().advance(&run, 0, 1, now).await.unwrap().unwrap();
    world.fanout().handle(Task::Sweep, Deadline::after(MINUTES)).await;
    assert_eq!(world.started(), [0]);
    world.serve().await;
    assert_eq!(world.run().await, None);
    assert_eq!(world.received("a="), [0; 0]);
}
