//! Connections that are gone, or that are still opening.

use std::time::Duration;

use super::{dispatch, is_stored, orders, with_faults};
use crate::stand_in::{Fault, LIMITS, StandIn};

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
        assert_eq!(stand_in.started(), [""; 0]);
    }
}

#[tokio::test]
async fn a_connection_that_is_gone_and_cannot_be_deleted_does_not_fail_its_batch() {
    let stand_in = with_faults([Fault::Status(410)]).await;
    stand_in.plan("connections TransactWriteItems", [Fault::Error(400, "AccessDeniedException")]);
    dispatch(&stand_in).await;
    assert!(is_stored(&stand_in, "a="));
    assert!(stand_in.logged("WARN", "error")[0].to_string().contains("AccessDenied"));
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
        assert_eq!((stand_in.metric("connecting"), stand_in.metric("HandedOver")), (1.into(), 0.into()));
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
