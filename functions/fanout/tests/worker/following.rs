//! Listeners receive everything, in order, in few frames.

use tablecast_protocol::Protocol;

use crate::world::*;

#[tokio::test(start_paused = true)]
async fn covered_events_reach_every_listener_in_order_and_the_run_ends() {
    let world = World::new();
    world.listen("single=", Protocol::Single, &[ALL]).await;
    world.listen("batch=", Protocol::Batch, &["orders/*"]).await;
    world.listen("one=", Protocol::Single, &["orders/acme/2"]).await;
    world.listen("other=", Protocol::Single, &["orders/beta/*"]).await;
    world.append_and_cover(1..=3).await;
    let metrics = world.serve().await;
    assert_eq!(world.frames("single="), [[1], [2], [3]]);
    assert_eq!(world.frames("batch="), [[1, 2, 3]]);
    assert_eq!(world.received("one="), [2]);
    assert_eq!(world.received("other="), [0; 0]);
    assert_eq!(world.run().await, None);
    let counted = ["Delivered", "Frames", "Outage", "FanOutLag"].map(|name| metrics[name].as_u64().unwrap());
    assert_eq!(counted, [7, 5, 0, 0]);
    assert_eq!((metrics["channel"].as_str(), metrics["Function"].as_str()), (Some(SOURCE), Some("fanout")));
}

#[tokio::test(start_paused = true)]
async fn events_before_the_run_are_not_pushed_again() {
    let world = World::with_listeners(&["a="]).await;
    world.append(1..=2).await;
    world.append_and_cover(3..=4).await;
    world.serve().await;
    assert_eq!(world.received("a="), [3, 4]);
}

/// Posts for each listener, by the events that have gathered.
#[tokio::test(start_paused = true)]
async fn what_has_gathered_is_packed_into_few_frames() {
    for (gathered, single, batch) in [(1, 1, 1), (10, 10, 1), (100, 100, 1), (500, 500, 3)] {
        let world = World::new();
        world.listen("single=", Protocol::Single, &[ALL]).await;
        world.listen("batch=", Protocol::Batch, &[ALL]).await;
        world.append_and_cover(1..=gathered).await;
        world.serve().await;
        let counts = ["single=", "batch="].map(|id| world.frames(id).len());
        assert_eq!(counts, [single, batch], "{gathered}");
        assert_eq!(world.received("batch="), (1..=gathered).collect::<Vec<_>>());
    }
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_of_a_running_worker_receives_the_next_events() {
    let world = World::with_listeners(&["a="]).await;
    world.append_and_cover(1..=1).await;
    let change = async {
        tokio::time::sleep(std::time::Duration::from_millis(40)).await;
        world.listen("new=", Protocol::Single, &[ALL]).await;
        world.append_and_cover(2..=3).await;
    };
    world.aws.plan("a=", [Fault::Slow(std::time::Duration::from_millis(150))]);
    tokio::join!(world.serve(), change);
    assert_eq!(world.received("a="), [1, 2, 3]);
    assert_eq!(world.received("new="), [2, 3]);
}

#[tokio::test(start_paused = true)]
async fn only_wanted_types_are_pushed() {
    let world = World::with_listeners(&["a="]).await;
    let session = world.connections().find("a=").await.unwrap().unwrap();
    let mut wanted = session.subscriptions[0].clone();
    wanted.types = ["order.cancelled.v1".to_owned()].into();
    let put = tablecast_connections::Change::Put(wanted);
    world.connections().change(&session, &[put]).await.unwrap();
    world.append_and_cover(1..=3).await;
    world.serve().await;
    assert_eq!(world.received("a="), [0; 0]);
    assert_eq!(world.run().await, None);
}
