//! Connections whose frames, or whose closing, never get a response. The unit tests of `pacing` have the times.

use std::time::Duration;

use tablecast_aws::RetryPolicy;
use tablecast_sockets::SocketPolicy;

use super::{OLD, is_stored, orders};
use crate::stand_in::{Fault, LIMITS, Limits, StandIn};

const MANY: usize = 1000;

/// Without a limit on stalling, each of these connections would take 1,000 attempts of 400 ms.
const ENDLESS: Limits = Limits {
    sockets: SocketPolicy {
        retry: RetryPolicy {
            attempt_timeout: Duration::from_millis(400),
            retries: MANY as u32,
            backoff: Duration::ZERO,
        },
        ..LIMITS.sockets
    },
    ..LIMITS
};

async fn dispatch(stand_in: &StandIn) {
    let left = Duration::from_secs(600);
    assert_eq!(stand_in.dispatch_with(orders(), ENDLESS, left).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn hanging_connections_are_closed_after_few_attempts_and_counted() {
    let stand_in = StandIn::start().await;
    let hanging: Vec<_> = (0..3 * LIMITS.pacing.connections).map(|n| format!("c{n}=")).collect();
    for id in &hanging {
        stand_in.connect(id, &["orders/*"], OLD).await;
        stand_in.plan(id, vec![Fault::Hang; MANY]);
    }
    stand_in.connect("well=", &["orders/*"], OLD).await;
    dispatch(&stand_in).await;
    // A slow machine can send a frame twice.
    let mut received = stand_in.received("well=");
    received.dedup();
    assert_eq!(received, ["1", "2", "3"]);
    let mut closed = stand_in.closed();
    closed.sort();
    let mut expected = hanging.clone();
    expected.sort();
    assert_eq!(closed, expected);
    assert_eq!(stand_in.metric("TimedOut"), hanging.len());
    for id in &hanging {
        assert!((1..=10).contains(&stand_in.received(id).len()), "{:?}", stand_in.received(id));
    }
}

#[tokio::test]
async fn a_connection_whose_closing_hangs_is_deleted() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/*"], OLD).await;
    stand_in.plan("a=", vec![Fault::Hang; MANY]);
    stand_in.plan("DELETE a=", vec![Fault::Hang; MANY]);
    dispatch(&stand_in).await;
    assert!((1..=10).contains(&stand_in.closed().len()), "{:?}", stand_in.closed());
    assert!(!is_stored(&stand_in, "a="));
    assert_eq!(stand_in.metric("Unclosed"), 1);
}
