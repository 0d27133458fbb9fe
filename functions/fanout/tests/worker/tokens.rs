//! Connections that end while events wait for their turn.

use std::time::Duration;

use serde_json::json;
use tablecast_connections::Change;
use tablecast_protocol::subject::Pattern;
use tablecast_stand_in::logs;

use crate::world::*;

const OLD: Duration = Duration::from_secs(60);

/// The token of `b=` has expired before its turn.
async fn waiting(age: Duration) -> World {
    let world = World::with_listeners(&["a="]).await;
    world.listen_with_short_token("b=", age).await;
    world.append_and_cover(1..=1).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    world
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_ends_the_connection() {
    let world = waiting(OLD).await;
    let metrics = world.serve().await;
    assert_eq!([&metrics["Expired"], &metrics["Delivered"]], [1, 1]);
    assert_eq!(world.closed(), ["b="]);
    assert!(!world.is_stored("b="));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_refreshed_meanwhile_does_not_end_the_connection() {
    let world = waiting(OLD).await;
    world.refresh("b=").await;
    let metrics = world.serve().await;
    assert_eq!([&metrics["Expired"], &metrics["Delivered"]], [0, 2]);
    assert!(world.closed().is_empty() && world.is_stored("b="));
}

/// Nobody knows whether its client has sent another token.
#[tokio::test(start_paused = true)]
async fn a_connection_that_cannot_be_read_is_read_again_and_not_ended() {
    logs::capture();
    let world = waiting(OLD).await;
    world.refresh("b=").await;
    let failed = Fault::Error(400, "AccessDeniedException");
    world.aws.plan("connections Query connection#b=", vec![failed; 2]);
    let metrics = world.serve().await;
    assert!(world.aws.all_faults_fired());
    assert_eq!([&metrics["Expired"], &metrics["Delivered"]], [0, 2]);
    assert!(world.closed().is_empty() && world.is_stored("b="));
    assert!(logs::values("WARN", "error")[0].to_string().contains("AccessDenied"));
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_can_still_be_opening_does_not_count_as_expired() {
    let world = waiting(Duration::ZERO).await;
    world.aws.plan("DELETE b=", [Fault::Status(410)]);
    let metrics = world.serve().await;
    assert!(world.aws.all_faults_fired() && world.is_stored("b="));
    assert_eq!([&metrics["Expired"], &metrics["connecting"], &metrics["Unclosed"]], [0, 1, 0]);
}

#[tokio::test(start_paused = true)]
async fn an_expired_connection_counts_once_however_often_it_is_closed() {
    for (closes, counts) in [(2 * ATTEMPTS, [1, 0]), (100, [0, 1])] {
        let world = waiting(OLD).await;
        world.aws.plan("DELETE b=", vec![Fault::Status(500); closes]);
        let not_deleted = Fault::Error(400, "AccessDeniedException");
        world.aws.plan("connections TransactWriteItems", vec![not_deleted; 2]);
        let metrics = world.serve().await;
        assert!(!world.is_stored("b="));
        assert_eq!([&metrics["Expired"], &metrics["Unclosed"]], counts);
    }
}

/// The worker read the events while the connection still had the subscription.
#[tokio::test(start_paused = true)]
async fn after_a_token_expired_only_events_that_the_new_one_grants_are_sent() {
    let world = World::with_listeners(&["a="]).await;
    world.listen_with_short_token("b=", OLD).await;
    world.aws.plan("b=", [Fault::Slow(Duration::from_millis(1500))]);
    world.append_and_cover(1..=3).await;
    let refresh = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut session = world.connections().find("b=").await.unwrap().unwrap();
        let identity = session.connection.identity.as_mut().unwrap();
        identity.token_expires_at += 600;
        let ended = Change::Remove(Pattern::parse(ALL).unwrap());
        world.connections().change(&session, &[ended]).await.unwrap();
    };
    tokio::join!(world.serve(), refresh);
    assert_eq!((world.received("a="), world.received("b=")), (vec![1, 2, 3], vec![1]));
    assert!(world.closed().is_empty());
}

/// Its own item can be read, and its token has not expired.
#[tokio::test(start_paused = true)]
async fn a_damaged_subscription_ends_its_connection_and_delays_no_other() {
    let world = World::with_listeners(&["a=", "b="]).await;
    world.aws.damage("b=", &["sk"], "types", &json!({ "N": "1" }));
    world.append_and_cover(1..=1).await;
    let metrics = world.serve().await;
    assert_eq!([&metrics["DamagedItems"], &metrics["Expired"], &metrics["Delivered"]], [1, 0, 1]);
    assert_eq!(world.received("a="), [1]);
    assert_eq!(world.closed(), ["b="]);
    assert!(world.received("b=").is_empty() && !world.is_stored("b="));
}
