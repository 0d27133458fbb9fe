//! Two local modes on one machine.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use tablecast_tests::fence::everything_is_dispatched;
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;

#[tokio::test]
async fn two_of_them_do_not_disturb_each_other() {
    let mut first = Machine::start().await;
    let second = Machine::start().await;
    let mut first_client = first.subscribe(&["profiles/*"]).await;
    let mut second_client = second.subscribe(&["profiles/of-first", "profiles/of-second"]).await;

    first.dynamodb().put("profiles", profile("of-first", "Ada")).await;
    assert_eq!(first_client.subjects(1).await, ["profiles/of-first"]);
    everything_is_dispatched(&second).await;
    second.dynamodb().put("profiles", profile("of-second", "Ada")).await;
    assert_eq!(second_client.subjects(1).await, ["profiles/of-second"]);

    assert_eq!(first.stop().await, Some(0));
    second.dynamodb().put("profiles", profile("of-second", "Ada Lovelace")).await;
    assert_eq!(second_client.subjects(1).await, ["profiles/of-second"]);
    let mut bus = second.bus();
    bus.read().await;
    assert!(!bus.subjects().contains("profiles/of-first"));
    assert!(bus.subjects().contains("profiles/of-second"));
}
