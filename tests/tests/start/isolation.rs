//! Two local modes run on one machine without affecting each other.

use tablecast_tests::barrier::wait_until_dispatched;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;

#[tokio::test]
async fn two_local_modes_do_not_share_events_or_processes() {
    let mut first = LocalMode::start().await;
    let second = LocalMode::start().await;
    let mut first_client = first.subscribe(&["profiles/*"]).await;
    let mut second_client = second.subscribe(&["profiles/of-first", "profiles/of-second"]).await;

    first.dynamodb().put("profiles", profile("of-first", "Ada")).await;
    assert_eq!(first_client.subjects(1).await, ["profiles/of-first"]);
    wait_until_dispatched(&second).await;
    second.dynamodb().put("profiles", profile("of-second", "Ada")).await;
    assert_eq!(second_client.subjects(1).await, ["profiles/of-second"]);

    assert_eq!(first.stop().await, Some(0));
    second.dynamodb().put("profiles", profile("of-second", "Ada Lovelace")).await;
    assert_eq!(second_client.subjects(1).await, ["profiles/of-second"]);
    let mut bus = second.bus();
    bus.read_new().await;
    assert!(!bus.subjects().contains("profiles/of-first"));
    assert!(bus.subjects().contains("profiles/of-second"));
}
