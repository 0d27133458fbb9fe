//! API Gateway refuses or fails most frames.

use std::time::Duration;

use crate::world::*;

const IDS: [&str; 3] = ["a=", "b=", "c="];

fn plan(world: &World, fault: Option<Fault>) {
    for id in IDS {
        world.aws.plan_always(id, fault.clone());
        world.aws.plan_always(&format!("DELETE {id}"), fault.clone());
    }
}

#[tokio::test(start_paused = true)]
async fn in_an_outage_nothing_is_closed_or_deleted_and_afterwards_everything_arrives() {
    for fault in [Fault::Error(403, "ForbiddenException"), Fault::Status(503), Fault::Status(404)] {
        let world = World::with_listeners(&IDS).await;
        plan(&world, Some(fault));
        world.append_and_cover(1..=3).await;
        let metrics = world.serve().await;
        assert_eq!([&metrics["Outage"], &metrics["Closed"], &metrics["Delivered"]], [1, 0, 0]);
        assert!(world.closed().is_empty() && IDS.iter().all(|id| world.is_stored(id)));
        let run = world.run().await.unwrap();
        assert_eq!((run.parts[0].cursor, run.needed_to), (0, 3));
        // The part rests, so that each event does not start a worker.
        assert_eq!(run.unleased_parts(tablecast_aws::now_in_milliseconds()).count(), 0);
        tokio::time::sleep(Duration::from_secs(60)).await;
        plan(&world, None);
        world.aws.seen().posts.clear();
        let metrics = world.serve().await;
        assert_eq!([&metrics["Outage"], &metrics["Delivered"]], [0, 9]);
        for id in IDS {
            assert_eq!(world.received(id), [1, 2, 3]);
        }
        assert_eq!(world.run().await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_goes_on_after_a_short_outage() {
    let world = World::with_listeners(&IDS).await;
    plan(&world, Some(Fault::Status(403)));
    world.append_and_cover(1..=3).await;
    let mend = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        plan(&world, None);
    };
    let (metrics, ()) = tokio::join!(world.serve(), mend);
    assert_eq!([&metrics["Outage"], &metrics["Delivered"], &metrics["Closed"]], [1, 9, 0]);
    assert_eq!(world.run().await, None);
}

/// Reserved concurrency must not be used up.
#[tokio::test(start_paused = true)]
async fn a_worker_ends_early_in_a_long_outage() {
    let world = World::with_listeners(&IDS).await;
    plan(&world, Some(Fault::Status(403)));
    world.append_and_cover(1..=3).await;
    let start = tokio::time::Instant::now();
    let metrics = world.serve().await;
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert!(metrics["FanOutLag"].as_u64().unwrap() > 0);
    assert_eq!(world.started(), [0; 0]);
}

/// A request that hangs can be the client's fault, but not if all of them do.
#[tokio::test(start_paused = true)]
async fn nothing_is_closed_or_deleted_if_api_gateway_does_not_respond() {
    let ids: Vec<String> = (0..12).map(|n| format!("{n}=")).collect();
    let world = World::with_listeners(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    ids.iter().for_each(|id| world.aws.plan_always(id, Some(Fault::Hang)));
    world.append_and_cover(1..=3).await;
    let metrics = world.serve().await;
    assert_eq!([&metrics["Outage"], &metrics["TimedOut"], &metrics["Delivered"]], [1, 0, 0]);
    assert!(world.closed().is_empty() && ids.iter().all(|id| world.is_stored(id)));
}
