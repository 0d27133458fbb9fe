//! A token that expires ends its connection.

use std::time::Duration;

use serde_json::Value;
use tablecast_aws::now_in_milliseconds;
use tablecast_connections::{Connection, Identity};
use tablecast_protocol::Protocol;

use super::{OLD, is_stored, orders};
use crate::stand_in::{Fault, InlineLimits, LIMITS, Limits, StandIn, connection, element};

/// A connection whose token expires in this many seconds, or expired that long ago.
async fn with_token(seconds: i64, protocol: Protocol) -> StandIn {
    let stand_in = StandIn::start().await;
    let now = now_in_milliseconds() / 1000;
    let (principal, claims) = ("ada".to_owned(), "{}".to_owned());
    let identity = Some(Identity { principal, claims, token_expires_at: now + seconds });
    stand_in.connect_as(Connection { identity, protocol, ..connection("a=", OLD) }, &["orders/*"]).await;
    stand_in.connect("b=", &["orders/*"], OLD).await;
    stand_in
}

fn last_event(stand_in: &StandIn) -> Value {
    let frames = stand_in.frames("a=");
    serde_json::from_str::<Value>(frames.last().unwrap()).unwrap()[0].take()
}

#[tokio::test]
async fn an_expired_connection_receives_the_reason_and_is_closed_and_deleted() {
    let stand_in = with_token(0, Protocol::Batch).await;
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.frames("a=").len(), 1);
    assert_eq!(last_event(&stand_in)["data"]["code"], "expired");
    assert_eq!(stand_in.closed(), ["a="]);
    assert!(!is_stored(&stand_in, "a=") && is_stored(&stand_in, "b="));
    assert_eq!(stand_in.received("b="), ["1", "2", "3"]);
    assert_eq!(stand_in.metric("Expired"), 1);
}

#[tokio::test]
async fn a_connection_that_has_not_expired_receives_events() {
    let stand_in = with_token(60, Protocol::Batch).await;
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert_eq!(last_event(&stand_in)["type"], "order.placed.v1");
    assert!(is_stored(&stand_in, "a=") && stand_in.closed().is_empty());
}

#[tokio::test]
async fn nothing_is_pushed_after_the_token_expires() {
    let stand_in = with_token(2, Protocol::Single).await;
    let many = 30;
    // Together more than two seconds.
    stand_in.plan("a=", vec![Fault::Slow(Duration::from_millis(150)); many]);
    let elements: Vec<_> = (0..many).map(|n| element(n, "orders/1")).collect();
    assert_eq!(stand_in.dispatch(elements.into()).await.unwrap(), [""; 0]);
    let received = stand_in.received("a=");
    assert!((2..many).contains(&received.len()), "{received:?}");
    assert_eq!(received.last().unwrap(), "a=:expired");
    assert_eq!(stand_in.closed(), ["a="]);
}

#[tokio::test]
async fn an_expired_connection_that_is_gone_is_deleted() {
    let stand_in = with_token(-60, Protocol::Batch).await;
    stand_in.plan("a=", [Fault::Error(410, "GoneException")]);
    stand_in.plan("DELETE a=", [Fault::Error(410, "GoneException")]);
    stand_in.dispatch(orders()).await.unwrap();
    assert!(stand_in.all_faults_fired());
    assert!(!is_stored(&stand_in, "a="));
}

#[tokio::test]
async fn an_expired_connection_that_cannot_be_closed_hands_its_channel_over() {
    for fault in [Fault::Status(429), Fault::Status(500), Fault::Error(403, "ForbiddenException")] {
        let stand_in = with_token(-60, Protocol::Batch).await;
        stand_in.plan("DELETE a=", [fault]);
        assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
        assert!(is_stored(&stand_in, "a="));
        assert_eq!(stand_in.received("b="), ["1", "2", "3"]);
        assert_eq!([stand_in.metric("HandedOver"), stand_in.metric("Expired")], [1, 0]);
        assert!(stand_in.logged("WARN", "error").last().unwrap().to_string().contains("HTTP"));
    }
}

#[tokio::test]
async fn an_expired_connection_that_hangs_holds_no_batch() {
    for request in ["a=", "DELETE a="] {
        let stand_in = with_token(-60, Protocol::Batch).await;
        stand_in.plan(request, [Fault::Hang]);
        let inline = InlineLimits {
            straggler_after: Duration::from_secs(1),
            budget: Duration::from_secs(3600),
            ..LIMITS.inline
        };
        let left = Duration::from_secs(600);
        let failures = stand_in.dispatch_with(orders(), Limits { inline, ..LIMITS }, left).await;
        assert_eq!(failures.unwrap(), [""; 0]);
        assert_eq!(stand_in.received("b="), ["1", "2", "3"]);
        assert_eq!(stand_in.metric("HandedOver"), 1);
    }
}
