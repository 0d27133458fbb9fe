//! Connections whose frames never get a response. The unit tests of `pace` have the times.

use std::time::Duration;

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
