//! How the service of a connection ends: gone, closed, left, or late.

use std::time::Duration;

use super::{OLD, dispatch, orders, remembered, with_faults};
use crate::stand_in::{ATTEMPTS, Fault, LIMITS, StandIn};

/// For what a test itself takes.
const SLACK: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_closed_connection_is_forgotten() {
    for gone in [Fault::Error(410, "GoneException"), Fault::Status(410)] {
        let stand_in = with_faults([gone]).await;
        dispatch(&stand_in).await;
        assert_eq!(stand_in.received("a="), ["1"]);
        assert!(!remembered(&stand_in, "a=") && remembered(&stand_in, "b="));
        assert_eq!(stand_in.closed(), [""; 0]);
    }
}

#[tokio::test]
async fn a_connection_that_may_still_come_up_is_not_forgotten_and_gets_the_next_batch() {
    for age in [LIMITS.sockets.settling, LIMITS.sockets.connecting - SLACK] {
        let stand_in = StandIn::start().await;
        stand_in.connect("a=", &["orders/*"], age).await;
        stand_in.plan("a=", [Fault::Status(410)]);
        assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
        assert!(stand_in.all_faults_fired());
        assert_eq!(stand_in.received("a="), ["1"]);
        assert!(remembered(&stand_in, "a=") && stand_in.closed().is_empty());
        assert_eq!(stand_in.metric("connecting"), 1);
        stand_in.dispatch(orders()).await.unwrap();
        assert_eq!(stand_in.received("a=")[1..], ["1", "2", "3"]);
    }
}

#[tokio::test]
async fn a_connection_that_must_be_up_by_now_is_gone_at_the_first_410() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/*"], LIMITS.sockets.connecting).await;
    stand_in.plan("a=", [Fault::Status(410)]);
    stand_in.dispatch(orders()).await.unwrap();
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.received("a="), ["1"]);
    assert!(!remembered(&stand_in, "a="));
}

#[tokio::test]
async fn a_closing_that_finds_nobody_is_no_proof_while_the_connection_may_still_come_up() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/*"], LIMITS.sockets.connecting - SLACK).await;
    stand_in.plan("a=", vec![Fault::Status(429); ATTEMPTS]);
    stand_in.plan("DELETE a=", [Fault::Status(410)]);
    stand_in.dispatch(orders()).await.unwrap();
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.closed(), ["a="]);
    assert!(remembered(&stand_in, "a="));
    assert_eq!(stand_in.logged("WARN", "left"), [1]);
}

#[tokio::test]
async fn a_client_that_takes_no_more_is_closed_and_forgotten() {
    for fault in [Fault::Status(429), Fault::Status(503), Fault::Hang] {
        let stand_in = with_faults(vec![fault; ATTEMPTS]).await;
        dispatch(&stand_in).await;
        assert_eq!(stand_in.received("a="), vec!["1"; ATTEMPTS]);
        assert_eq!(stand_in.closed(), ["a="]);
        assert!(!remembered(&stand_in, "a="));
    }
}

/// Takes no frame, and is closed as planned.
async fn unreachable(closing: Vec<Fault>) -> StandIn {
    let stand_in = with_faults(vec![Fault::Status(429); ATTEMPTS]).await;
    stand_in.plan("DELETE a=", closing);
    dispatch(&stand_in).await;
    stand_in
}

#[tokio::test]
async fn a_closing_that_fails_is_tried_again() {
    for fault in [Fault::Error(429, "LimitExceededException"), Fault::Status(500), Fault::Hang] {
        let stand_in = unreachable(vec![fault; 2]).await;
        assert_eq!(stand_in.closed(), ["a="; 3]);
        assert!(!remembered(&stand_in, "a="));
        assert_eq!(stand_in.logged("WARN", "left"), [0; 0]);
    }
}

#[tokio::test]
async fn a_connection_that_is_not_there_is_closed() {
    for fault in [Fault::Error(410, "GoneException"), Fault::Status(404)] {
        let stand_in = unreachable(vec![fault]).await;
        assert_eq!(stand_in.closed(), ["a="]);
        assert!(!remembered(&stand_in, "a="));
    }
}

#[tokio::test]
async fn a_connection_that_cannot_be_closed_gets_nothing_more_so_that_no_event_is_missed_unseen() {
    for (fault, times) in [
        (Fault::Status(429), ATTEMPTS),
        (Fault::Hang, ATTEMPTS),
        (Fault::Error(403, "ForbiddenException"), 1),
    ] {
        let stand_in = unreachable(vec![fault; times]).await;
        assert_eq!(stand_in.closed(), vec!["a="; times]);
        assert!(!remembered(&stand_in, "a="));
        assert_eq!(stand_in.logged("WARN", "left").last().unwrap(), 1);
        stand_in.dispatch(orders()).await.unwrap();
        assert_eq!(stand_in.received("a=").len(), ATTEMPTS);
    }
}

/// More connections than can be served in a short time; `c0` is closed as planned.
async fn too_late(closing: Vec<Fault>) -> StandIn {
    let stand_in = StandIn::start().await;
    for n in 0..2 * LIMITS.connections {
        let id = format!("c{n}=");
        stand_in.connect(&id, &["orders/*"], OLD).await;
        stand_in.plan(&id, vec![Fault::Hang; 4]);
    }
    stand_in.plan("DELETE c0=", closing);
    let left = Duration::from_millis(1100);
    assert_eq!(stand_in.dispatch_within(orders(), left).await.unwrap(), [""; 0]);
    assert!(!stand_in.seen().posts.is_empty());
    stand_in
}

#[tokio::test]
async fn who_was_not_served_before_the_deadline_is_closed_and_the_batch_succeeds() {
    let stand_in = too_late(vec![]).await;
    assert_eq!(stand_in.closed().len(), 2 * LIMITS.connections);
    assert_eq!(stand_in.logged("WARN", "late"), [2 * LIMITS.connections]);
    assert_eq!(stand_in.logged("WARN", "left"), [0; 0]);
}

#[tokio::test]
async fn who_was_late_and_cannot_be_closed_is_counted() {
    let stand_in = too_late(vec![Fault::Status(429); ATTEMPTS]).await;
    assert_eq!(stand_in.closed().iter().filter(|id| *id == "c0=").count(), ATTEMPTS);
    assert_eq!(stand_in.logged("WARN", "left"), [1]);
}
