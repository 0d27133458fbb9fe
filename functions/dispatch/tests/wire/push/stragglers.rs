//! Connections whose frames never get a response. The unit tests of `pace` have the times.

use std::time::Duration;

use serde_json::Value;

use super::{OLD, is_stored, orders};
use crate::stand_in::{Fault, InlineLimits, LIMITS, Limits, StandIn, element_of};

const LEFT: Duration = Duration::from_secs(600);

fn limits(straggler_after: Duration, budget: Duration) -> Limits {
    Limits { inline: InlineLimits { straggler_after, budget, ..LIMITS.inline }, ..LIMITS }
}

/// The push ends when nothing but stragglers is left. It would take an hour otherwise.
const STRAGGLERS: Duration = Duration::from_secs(1);

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_hanging_connection_holds_no_batch_and_hands_over_its_channels_only() {
    for limits in [limits(STRAGGLERS, HOUR), limits(HOUR, 2 * STRAGGLERS)] {
        let stand_in = StandIn::start().await;
        stand_in.connect("hanging=", &["orders/acme/*"], OLD).await;
        stand_in.connect("well=", &["orders/*"], OLD).await;
        stand_in.plan("hanging=", [Fault::Hang]);
        let elements = [element_of("acme", 1), element_of("beta", 2), element_of("acme", 3)];
        let failures = stand_in.dispatch_with(elements.to_vec().into(), limits, LEFT).await;
        assert_eq!(failures.unwrap(), [""; 0]);
        assert_eq!(stand_in.received("well="), ["1", "2", "3"]);
        assert_eq!(stand_in.received("hanging="), ["1"]);
        assert!(is_stored(&stand_in, "hanging=") && stand_in.closed().is_empty());
        let run = stand_in.run("acme").await.unwrap();
        assert_eq!((run.started_after, run.needed_to), (0, 2));
        assert_eq!((stand_in.run("beta").await, stand_in.started().len()), (None, 1));
        assert_eq!([stand_in.metric("HandedOver"), stand_in.metric("unserved")], [1, 1]);
    }
}

#[tokio::test]
async fn hanging_connections_do_not_keep_others_waiting() {
    let stand_in = StandIn::start().await;
    let hanging: Vec<_> = (0..3 * LIMITS.inline.posts).map(|n| format!("c{n}=")).collect();
    for id in &hanging {
        stand_in.connect(id, &["orders/*"], OLD).await;
        stand_in.plan(id, [Fault::Hang]);
    }
    // It sorts after the others.
    stand_in.connect("well=", &["orders/*"], OLD).await;
    let limits = limits(STRAGGLERS, HOUR);
    assert_eq!(stand_in.dispatch_with(orders(), limits, LEFT).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.received("well="), ["1", "2", "3"]);
    assert!(hanging.iter().all(|id| stand_in.received(id) == ["1"]));
    assert_eq!(stand_in.metric("unserved"), hanging.len());
    assert_eq!(stand_in.closed(), [""; 0]);
}

#[tokio::test]
async fn a_client_that_connects_and_leaves_holds_no_batch() {
    let stand_in = StandIn::start().await;
    let left: Vec<_> = (0..100).map(|n| format!("c{n}=")).collect();
    for id in &left {
        stand_in.connect(id, &["orders/*"], Duration::ZERO).await;
        stand_in.plan(id, [Fault::Status(410)]);
    }
    stand_in.connect("well=", &["orders/*"], OLD).await;
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.received("well="), ["1", "2", "3"]);
    assert!(left.iter().all(|id| stand_in.received(id) == ["1"]), "each is tried once");
    assert_eq!([stand_in.metric("connecting"), stand_in.metric("HandedOver")], [100, 0]);
}

const TENANTS: [&str; 5] = ["t1", "t2", "t3", "t4", "t5"];

/// A connection that hangs and subscribed to everything, and one that takes its frames.
async fn with_wide(age: Duration) -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect("wide=", &["*"], age).await;
    stand_in.connect("well=", &["orders/*"], OLD).await;
    stand_in.plan("wide=", [Fault::Hang]);
    stand_in
}

async fn dispatch_to(stand_in: &StandIn, tenants: &[&str]) {
    let elements: Vec<Value> = tenants.iter().zip(1..).map(|(tenant, n)| element_of(tenant, n)).collect();
    let failures = stand_in.dispatch_with(elements.into(), limits(STRAGGLERS, HOUR), LEFT).await;
    assert_eq!(failures.unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_slow_connection_with_events_of_many_channels_is_cut_off_alone() {
    let stand_in = with_wide(OLD).await;
    dispatch_to(&stand_in, &TENANTS).await;
    assert!(!is_stored(&stand_in, "wide=") && is_stored(&stand_in, "well="));
    assert_eq!((stand_in.closed(), stand_in.received("well=").len()), (vec!["wide=".to_owned()], 5));
    assert_eq!([stand_in.metric("CutOff"), stand_in.metric("HandedOver")], [1, 0]);
    assert_eq!((stand_in.started(), stand_in.metric("unserved")), (vec![], 0.into()));
}

#[tokio::test]
async fn a_slow_connection_with_events_of_few_channels_is_left_to_fanout() {
    let stand_in = with_wide(OLD).await;
    dispatch_to(&stand_in, &TENANTS[..4]).await;
    assert!(is_stored(&stand_in, "wide=") && stand_in.closed().is_empty());
    assert_eq!([stand_in.metric("CutOff"), stand_in.metric("HandedOver")], [0, 4]);
}

/// Its client would never learn that it missed events.
#[tokio::test]
async fn channels_are_handed_over_if_a_slow_connection_cannot_be_deleted() {
    for fault in [Fault::Error(400, "AccessDeniedException"), Fault::Hang] {
        let stand_in = with_wide(OLD).await;
        stand_in.plan("connections TransactWriteItems", [fault]);
        dispatch_to(&stand_in, &TENANTS).await;
        assert!(is_stored(&stand_in, "wide=") && stand_in.all_faults_fired());
        assert_eq!([stand_in.metric("CutOff"), stand_in.metric("HandedOver")], [0, 5]);
    }
}

#[tokio::test]
async fn a_slow_connection_that_does_not_close_is_deleted_and_counted() {
    for fault in [Fault::Status(500), Fault::Hang] {
        let stand_in = with_wide(OLD).await;
        stand_in.plan("DELETE wide=", [fault]);
        dispatch_to(&stand_in, &TENANTS).await;
        assert!(!is_stored(&stand_in, "wide=") && stand_in.all_faults_fired());
        let counts = ["CutOff", "unclosed", "HandedOver"].map(|name| stand_in.metric(name));
        assert_eq!(counts, [1, 1, 0]);
    }
}

#[tokio::test]
async fn a_young_slow_connection_is_left_to_fanout() {
    let stand_in = with_wide(Duration::from_secs(10)).await;
    dispatch_to(&stand_in, &TENANTS).await;
    assert!(is_stored(&stand_in, "wide=") && stand_in.closed().is_empty());
    assert_eq!([stand_in.metric("CutOff"), stand_in.metric("HandedOver")], [0, 5]);
}

/// API Gateway, or the function, is slow.
#[tokio::test]
async fn no_connection_is_cut_off_if_most_are_slow() {
    let stand_in = with_wide(OLD).await;
    stand_in.plan("well=", [Fault::Hang]);
    dispatch_to(&stand_in, &TENANTS).await;
    assert!(is_stored(&stand_in, "wide=") && is_stored(&stand_in, "well="));
    assert_eq!([stand_in.metric("CutOff"), stand_in.metric("HandedOver")], [0, 5]);
}

/// Only the wait ends a connection: a refusal can have the account as its cause.
#[tokio::test]
async fn a_connection_that_refuses_a_frame_is_not_cut_off() {
    for fault in [Fault::Status(429), Fault::Status(500), Fault::Error(403, "ForbiddenException")] {
        let stand_in = StandIn::start().await;
        stand_in.connect("wide=", &["*"], OLD).await;
        stand_in.connect("well=", &["orders/*"], OLD).await;
        stand_in.plan("wide=", [fault]);
        dispatch_to(&stand_in, &TENANTS).await;
        assert!(is_stored(&stand_in, "wide=") && stand_in.closed().is_empty());
        assert_eq!([stand_in.metric("CutOff"), stand_in.metric("HandedOver")], [0, 5]);
    }
}
