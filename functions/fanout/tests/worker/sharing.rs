//! The rate of posts.

use std::time::Duration;

use tablecast_connections::WorkerReport;
use tokio::time::Instant;

use crate::world::*;

/// Posts a second of a crowd of 50 with 20 events each, beside another worker.
async fn rate(other: Option<u64>) -> f64 {
    let ids: Vec<String> = (0..50).map(|n| format!("c{n}=")).collect();
    let mut world = World::with_listeners(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    world.limits.posts_per_second = 200;
    if let Some(wants) = other {
        let until = tablecast_aws::now_in_milliseconds() + 600_000;
        let source = "tablecast/orders/beta".to_owned();
        world.connections().report_worker(&WorkerReport { source, part: 0, wants, until }).await.unwrap();
    }
    world.append_and_cover(1..=20).await;
    let start = Instant::now();
    world.serve().await;
    assert_eq!(world.received("c0="), (1..=20).collect::<Vec<_>>());
    1000.0 / start.elapsed().as_secs_f64()
}

#[tokio::test(start_paused = true)]
async fn a_crowd_keeps_to_its_fair_share_of_the_accounts_rate() {
    let alone = rate(None).await;
    assert!((120.0..145.0).contains(&alone), "{alone}");
    let beside_small = rate(Some(40)).await;
    assert!((85.0..105.0).contains(&beside_small), "{beside_small}");
    let beside_crowd = rate(Some(100_000)).await;
    assert!((60.0..75.0).contains(&beside_crowd), "{beside_crowd}");
}

#[tokio::test(start_paused = true)]
async fn throttling_of_the_account_closes_nobody() {
    let ids: Vec<String> = (0..30).map(|n| format!("c{n}=")).collect();
    let world = World::with_listeners(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for id in &ids {
        world.aws.plan(id, vec![Fault::Error(429, "LimitExceededException"); 5]);
    }
    world.append_and_cover(1..=2).await;
    let metrics = world.serve().await;
    assert!(world.closed().is_empty());
    assert_eq!([&metrics["Throttled"], &metrics["Delivered"], &metrics["Closed"]], [150, 60, 0]);
}

#[tokio::test(start_paused = true)]
async fn single_message_clients_that_lag_are_informed_once_a_minute() {
    let mut world = World::with_listeners(&["a="]).await;
    world.listen("batch=", tablecast_protocol::Protocol::Batch, &[ALL]).await;
    world.limits.posts_per_second = 2;
    world.append_and_cover(1..=200).await;
    let metrics = world.serve_for(Duration::from_secs(200)).await;
    let frames = world.aws.seen().frames("a=");
    let notices: Vec<_> = frames.iter().filter(|frame| frame.contains("tablecast.error.v1")).collect();
    assert!((1..=3).contains(&notices.len()), "{notices:?}");
    assert!(notices[0].contains("cloudevents-batch.json") && notices[0].contains("unavailable"));
    assert_eq!(metrics["Informed"], notices.len());
    assert!(!world.aws.seen().frames("batch=").iter().any(|frame| frame.contains("tablecast.error.v1")));
    let received = world.received("a=");
    assert_eq!(received, (1..=received.len() as u64).collect::<Vec<_>>());
}
