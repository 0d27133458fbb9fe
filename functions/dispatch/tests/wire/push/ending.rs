//! How the delivery to a connection ends: gone, closed, unclosed or timed out.

use std::time::Duration;

use serde_json::json;
use tablecast_aws::RetryPolicy;
use tablecast_sockets::SocketPolicy;

use super::{OLD, dispatch, is_stored, orders, with_faults};
use crate::stand_in::{ATTEMPTS, Fault, LIMITS, Limits, PacingLimits, StandIn};

/// The time of a test itself.
const SLACK: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_connection_that_is_gone_is_deleted() {
    for gone in [Fault::Error(410, "GoneException"), Fault::Status(410)] {
        let stand_in = with_faults([gone]).await;
        dispatch(&stand_in).await;
        assert_eq!(stand_in.received("a="), ["1"]);
        assert!(!is_stored(&stand_in, "a=") && is_stored(&stand_in, "b="));
        assert_eq!(stand_in.closed(), [""; 0]);
    }
}

#[tokio::test]
async fn an_opening_connection_is_tried_once_kept_and_receives_the_next_batch() {
    for age in [Duration::ZERO, LIMITS.sockets.connecting - SLACK] {
        let stand_in = StandIn::start().await;
        stand_in.connect("a=", &["orders/*"], age).await;
        stand_in.plan("a=", [Fault::Status(410)]);
        assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
        assert!(stand_in.all_faults_fired());
        assert_eq!(stand_in.received("a="), ["1"]);
        assert!(is_stored(&stand_in, "a=") && stand_in.closed().is_empty());
        assert_eq!((stand_in.metric("connecting"), stand_in.metric("PushRetried")), (json!(1), json!(0)));
        stand_in.dispatch(orders()).await.unwrap();
        assert_eq!(stand_in.received("a=")[1..], ["1", "2", "3"]);
    }
}

#[tokio::test]
async fn an_older_connection_is_gone_at_the_first_410() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/*"], LIMITS.sockets.connecting).await;
    stand_in.plan("a=", [Fault::Status(410)]);
    stand_in.dispatch(orders()).await.unwrap();
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.received("a="), ["1"]);
    assert!(!is_stored(&stand_in, "a="));
}

#[tokio::test]
async fn a_410_to_a_close_does_not_prove_that_an_opening_connection_is_gone() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/*"], LIMITS.sockets.connecting - SLACK).await;
    stand_in.plan("a=", vec![Fault::Status(429); ATTEMPTS]);
    stand_in.plan("DELETE a=", [Fault::Status(410)]);
    stand_in.dispatch(orders()).await.unwrap();
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.closed(), ["a="]);
    assert!(is_stored(&stand_in, "a="));
    assert_eq!(stand_in.logged("WARN", "unclosed"), [1]);
}

#[tokio::test]
async fn a_connection_that_accepts_no_more_is_closed_and_deleted() {
    for fault in [Fault::Status(429), Fault::Status(503)] {
        let stand_in = with_faults(vec![fault; ATTEMPTS]).await;
        dispatch(&stand_in).await;
        assert_eq!(stand_in.received("a="), vec!["1"; ATTEMPTS]);
        assert_eq!(stand_in.closed(), ["a="]);
        assert!(!is_stored(&stand_in, "a="));
    }
}

/// A connection that accepts no frame. The faults are for closing it.
async fn unreachable(closing: Vec<Fault>) -> StandIn {
    let stand_in = with_faults(vec![Fault::Status(429); ATTEMPTS]).await;
    stand_in.plan("DELETE a=", closing);
    dispatch(&stand_in).await;
    stand_in
}

#[tokio::test]
async fn a_failed_close_is_retried() {
    for fault in [Fault::Error(429, "LimitExceededException"), Fault::Status(500), Fault::Hang] {
        let stand_in = unreachable(vec![fault; 2]).await;
        assert_eq!(stand_in.closed(), ["a="; 3]);
        assert!(!is_stored(&stand_in, "a="));
        assert_eq!(stand_in.logged("WARN", "unclosed"), [0; 0]);
    }
}

#[tokio::test]
async fn a_connection_that_is_not_there_counts_as_closed() {
    for fault in [Fault::Error(410, "GoneException"), Fault::Status(404)] {
        let stand_in = unreachable(vec![fault]).await;
        assert_eq!(stand_in.closed(), ["a="]);
        assert!(!is_stored(&stand_in, "a="));
    }
}

#[tokio::test]
async fn a_connection_that_cannot_be_closed_receives_nothing_more() {
    for (fault, times) in [(Fault::Status(429), ATTEMPTS), (Fault::Error(403, "ForbiddenException"), 1)] {
        let stand_in = unreachable(vec![fault; times]).await;
        assert_eq!(stand_in.closed(), vec!["a="; times]);
        assert!(!is_stored(&stand_in, "a="));
        assert_eq!(stand_in.logged("WARN", "unclosed").last().unwrap(), 1);
        stand_in.dispatch(orders()).await.unwrap();
        assert_eq!(stand_in.received("a=").len(), ATTEMPTS);
    }
}

/// Only the deadline ends a request.
const PATIENT: Limits = Limits {
    sockets: SocketPolicy {
        retry: RetryPolicy { attempt_timeout: HOUR, ..LIMITS.sockets.retry },
        ..LIMITS.sockets
    },
    pacing: PacingLimits { patience: HOUR, ..LIMITS.pacing },
    ..LIMITS
};

const HOUR: Duration = Duration::from_secs(3600);

/// More connections than dispatch can push to in time. The faults are for closing `c0`.
async fn timed_out(closing: Vec<Fault>) -> StandIn {
    let stand_in = StandIn::start().await;
    for n in 0..2 * LIMITS.pacing.connections {
        let id = format!("c{n}=");
        stand_in.connect(&id, &["orders/*"], OLD).await;
        stand_in.plan(&id, [Fault::Hang]);
    }
    stand_in.plan("DELETE c0=", closing);
    let left = Duration::from_secs(6);
    assert_eq!(stand_in.dispatch_with(orders(), PATIENT, left).await.unwrap(), [""; 0]);
    assert!(!stand_in.seen().posts.is_empty());
    stand_in
}

#[tokio::test]
async fn timed_out_connections_are_closed_and_the_batch_succeeds() {
    let stand_in = timed_out(vec![]).await;
    assert_eq!(stand_in.closed().len(), 2 * LIMITS.pacing.connections);
    assert_eq!(stand_in.logged("WARN", "timed_out"), [2 * LIMITS.pacing.connections]);
    assert_eq!(stand_in.logged("WARN", "unclosed"), [0; 0]);
}

#[tokio::test]
async fn a_timed_out_connection_that_cannot_be_closed_is_counted() {
    let stand_in = timed_out(vec![Fault::Status(429); ATTEMPTS]).await;
    assert_eq!(stand_in.closed().iter().filter(|id| *id == "c0=").count(), ATTEMPTS);
    assert_eq!(stand_in.logged("WARN", "unclosed"), [1]);
}
