//! A token that expires: nothing is pushed any more, and its connection is closed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tablecast_connections::{Connection, Identity};
use tablecast_protocol::Protocol;

use super::{OLD, orders, remembered};
use crate::stand_in::{Fault, StandIn, connection, element};

/// With a token that expires in so many seconds, or expired so many ago.
async fn with_token(seconds: i64, protocol: Protocol) -> StandIn {
    let stand_in = StandIn::start().await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
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
async fn who_has_expired_gets_the_reason_and_is_closed_and_forgotten() {
    let stand_in = with_token(0, Protocol::Batch).await;
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.frames("a=").len(), 1);
    assert_eq!(last_event(&stand_in)["data"]["code"], "expired");
    assert_eq!(stand_in.closed(), ["a="]);
    assert!(!remembered(&stand_in, "a=") && remembered(&stand_in, "b="));
    assert_eq!(stand_in.received("b="), ["1", "2", "3"]);
    assert_eq!(stand_in.metric("Expired"), 1);
}

#[tokio::test]
async fn who_has_not_expired_is_served() {
    let stand_in = with_token(60, Protocol::Batch).await;
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert_eq!(last_event(&stand_in)["type"], "order.placed.v1");
    assert!(remembered(&stand_in, "a=") && stand_in.closed().is_empty());
}

#[tokio::test]
async fn nothing_more_is_pushed_from_the_moment_in_which_a_token_expires() {
    let stand_in = with_token(2, Protocol::Single).await;
    let many = 30;
    // More than two seconds, all together.
    stand_in.plan("a=", vec![Fault::Slow(Duration::from_millis(150)); many]);
    let elements: Vec<_> = (0..many).map(|n| element(n, "orders/1")).collect();
    assert_eq!(stand_in.dispatch(elements.into()).await.unwrap(), [""; 0]);
    let received = stand_in.received("a=");
    assert!((2..many).contains(&received.len()), "{received:?}");
    assert_eq!(received.last().unwrap(), "a=:expired");
    assert_eq!(stand_in.closed(), ["a="]);
}

#[tokio::test]
async fn who_has_expired_and_is_gone_is_forgotten() {
    let stand_in = with_token(-60, Protocol::Batch).await;
    stand_in.plan("a=", [Fault::Error(410, "GoneException")]);
    stand_in.plan("DELETE a=", [Fault::Error(410, "GoneException")]);
    stand_in.dispatch(orders()).await.unwrap();
    assert!(stand_in.all_faults_fired());
    assert!(!remembered(&stand_in, "a="));
}
