//! A connection that does not take its frames at once hands its channels over to `fanout`.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::{OLD, dispatch, is_stored, with_faults};
use crate::stand_in::{Fault, InlineLimits, LIMITS, Limits, StandIn, element_of, source_of};

const DENIED: Fault = Fault::Error(400, "AccessDeniedException");

/// One connection of acme and beta, and one of beta and gamma.
async fn with_channels(fault: Fault) -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/acme/*", "orders/beta/*"], OLD).await;
    stand_in.connect("b=", &["orders/beta/*", "orders/gamma/*"], OLD).await;
    stand_in.plan("a=", [fault]);
    stand_in
}

fn elements() -> Value {
    json!([element_of("acme", 1), element_of("beta", 2), element_of("gamma", 3)])
}

#[tokio::test]
async fn a_frame_that_fails_is_not_retried_and_the_connection_gets_no_more_frames() {
    let faults = [
        Fault::Error(429, "LimitExceededException"),
        Fault::Status(429),
        Fault::Status(500),
        Fault::Status(503),
        Fault::Error(403, "ForbiddenException"),
    ];
    for fault in faults {
        let stand_in = with_faults([fault.clone()]).await;
        dispatch(&stand_in).await;
        assert_eq!(stand_in.received("a="), ["1"], "{fault:?}");
        assert!(is_stored(&stand_in, "a=") && stand_in.closed().is_empty(), "{fault:?}");
        assert_eq!([stand_in.metric("HandedOver"), stand_in.metric("unserved")], [1, 1]);
    }
}

#[tokio::test]
async fn all_channels_of_a_failing_connection_are_handed_over_and_no_others() {
    for fault in [Fault::Status(429), Fault::Status(500), Fault::Error(403, "ForbiddenException")] {
        let stand_in = with_channels(fault).await;
        assert_eq!(stand_in.dispatch(elements()).await.unwrap(), [""; 0]);
        assert!(stand_in.all_faults_fired());
        assert_eq!(stand_in.received("b="), ["2", "3"]);
        for tenant in ["acme", "beta"] {
            let run = stand_in.run(tenant).await.unwrap();
            assert_eq!((run.started_after, run.needed_to), (0, 1), "{tenant}");
        }
        assert_eq!(stand_in.run("gamma").await, None);
        assert_eq!(stand_in.started(), ["acme", "beta"].map(source_of));
        assert_eq!([stand_in.metric("HandedOver"), stand_in.metric("FannedOut")], [2, 0]);
    }
}

#[tokio::test]
async fn a_channel_that_cannot_be_handed_over_comes_again_alone_with_the_same_offsets() {
    for (fault, left) in [(DENIED, Duration::from_secs(60)), (Fault::Hang, Duration::from_secs(10))] {
        let stand_in = with_channels(Fault::Status(500)).await;
        stand_in.plan_always("connections UpdateItem subscription#orders/acme/*", Some(fault));
        assert_eq!(stand_in.dispatch_within(elements(), left).await.unwrap(), ["e1"]);
        assert_eq!(stand_in.metric("HandOverFailures"), 1);
        let reason = stand_in.logged("ERROR", "error").last().unwrap().to_string();
        assert!(reason.contains("handed over to fanout"), "{reason}");
        assert_eq!(stand_in.logged("ERROR", "source").last().unwrap(), &source_of("acme"));
        stand_in.plan_always("connections UpdateItem subscription#orders/acme/*", None);
        assert_eq!(stand_in.dispatch(json!([element_of("acme", 1)])).await.unwrap(), [""; 0]);
        let position = |frame: &String| serde_json::from_str::<Value>(frame).unwrap()["position"].clone();
        let positions: Vec<_> = stand_in.frames("a=").iter().map(position).collect();
        assert_eq!((positions.len(), &positions[0]), (2, &positions[1]));
    }
}

#[tokio::test]
async fn a_worker_that_does_not_start_is_counted_and_fails_no_batch() {
    for fault in [Fault::Status(500), Fault::Status(429), Fault::Error(403, "AccessDeniedException")] {
        let stand_in = with_channels(Fault::Status(500)).await;
        stand_in.plan_always("Invoke fanout", Some(fault.clone()));
        assert_eq!(stand_in.dispatch(elements()).await.unwrap(), [""; 0]);
        assert!(stand_in.run("acme").await.is_some() && stand_in.run("beta").await.is_some());
        assert_eq!([stand_in.metric("StartFailures"), stand_in.metric("HandedOver")], [2, 2], "{fault:?}");
        let named: BTreeSet<_> = stand_in.logged("WARN", "source").iter().map(Value::to_string).collect();
        assert_eq!(named.len(), 2);
    }
}

#[tokio::test]
async fn small_audiences_are_pushed_first() {
    let stand_in = StandIn::start().await;
    for (id, tenant) in [("a1=", "acme"), ("a2=", "acme"), ("a3=", "acme"), ("b1=", "beta"), ("b2=", "beta")]
    {
        stand_in.connect(id, &[&format!("orders/{tenant}/*")], OLD).await;
    }
    stand_in.connect("c=", &["orders/gamma/*"], OLD).await;
    let limits = Limits { inline: InlineLimits { posts: 1, ..LIMITS.inline }, ..LIMITS };
    stand_in.dispatch_with(elements(), limits, Duration::from_secs(60)).await.unwrap();
    let posts: Vec<_> = stand_in.seen().posts.iter().map(|(id, _)| id.clone()).collect();
    let tenants: Vec<_> = posts.iter().map(|id| &id[..1]).collect();
    assert_eq!(tenants, ["c", "b", "b", "a", "a", "a"]);
}
