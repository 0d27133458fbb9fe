//! API Gateway refuses or fails most frames: no connection is the cause, so none is closed or deleted. `fanout`
//! pushes the events once the cause is mended.

use std::time::Duration;

use serde_json::json;

use super::{OLD, is_stored, orders};
use crate::stand_in::{Fault, InlineLimits, LIMITS, Limits, StandIn, element};

const IDS: [&str; 3] = ["a=", "b=", "c="];

const SOURCE: &str = "tablecast/orders";

fn refused() -> Fault {
    Fault::Error(403, "ForbiddenException")
}

/// Three connections, whose next frames have this fault.
async fn with_fault(fault: &Fault) -> StandIn {
    let stand_in = StandIn::start().await;
    for id in IDS {
        stand_in.connect(id, &["orders/*"], OLD).await;
        stand_in.plan(id, [fault.clone()]);
    }
    stand_in
}

#[tokio::test]
async fn nothing_is_deleted_or_closed_in_an_outage_and_the_events_are_covered() {
    for fault in [refused(), Fault::Status(404), Fault::Status(503), Fault::Status(429)] {
        let stand_in = with_fault(&fault).await;
        assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
        assert!(stand_in.all_faults_fired());
        assert!(IDS.iter().all(|id| is_stored(&stand_in, id)) && stand_in.closed().is_empty(), "{fault:?}");
        assert_eq!(stand_in.published().len(), 1, "the bus is not affected");
        let run = stand_in.connections().run(SOURCE).await.unwrap().unwrap();
        assert_eq!((run.started_after, run.needed_to), (0, 3), "{fault:?}");
        assert_eq!((stand_in.metric("HandedOver"), stand_in.started()), (json!(1), vec![SOURCE.to_owned()]));
    }
}

#[tokio::test]
async fn the_log_names_the_cause_of_an_outage() {
    let stand_in = with_fault(&refused()).await;
    stand_in.dispatch(orders()).await.unwrap();
    let error = stand_in.logged("WARN", "error")[0].to_string();
    assert!(error.contains("ForbiddenException") && error.contains("planned"), "{error}");
    assert_eq!((stand_in.logged("WARN", "unserved"), stand_in.metric("Refused")), (vec![json!(3)], json!(3)));
}

#[tokio::test]
async fn the_log_of_unserved_connections_names_no_error_of_others() {
    let straggler_after = Duration::from_secs(1);
    let limits = Limits { inline: InlineLimits { straggler_after, ..LIMITS.inline }, ..LIMITS };
    let stand_in = StandIn::start().await;
    for id in ["gone=", "hanging="] {
        stand_in.connect(id, &["orders/*"], OLD).await;
    }
    stand_in.plan("gone=", [Fault::Status(410)]);
    stand_in.plan("hanging=", [Fault::Hang]);
    stand_in.dispatch_with(orders(), limits, Duration::from_secs(60)).await.unwrap();
    assert_eq!([stand_in.metric("Gone"), stand_in.metric("unserved")], [1, 1]);
    assert_eq!(stand_in.logged("WARN", "error"), ["no response in time"]);
}

/// A later event would have a later position, which hides the missed events from the client.
#[tokio::test]
async fn after_an_outage_dispatch_pushes_no_event_before_those_that_clients_missed() {
    let stand_in = with_fault(&refused()).await;
    stand_in.dispatch(orders()).await.unwrap();
    assert_eq!(stand_in.dispatch(json!([element(4, "orders/4")])).await.unwrap(), [""; 0]);
    assert!(IDS.iter().all(|id| stand_in.received(id).len() == 1), "{:?}", stand_in.seen().posts);
    let run = stand_in.connections().run(SOURCE).await.unwrap().unwrap();
    assert_eq!((run.started_after, run.needed_to), (0, 4));
    assert_eq!([stand_in.metric("FannedOut"), stand_in.metric("connections")], [1, 0]);
}
