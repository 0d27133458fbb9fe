//! API Gateway refuses or fails most frames: no connection is the cause, so none is deleted.

use serde_json::{Value, json};

use super::{OLD, is_stored, orders};
use crate::stand_in::{ATTEMPTS, Fault, StandIn, element};

const IDS: [&str; 3] = ["a=", "b=", "c="];

fn refused() -> Fault {
    Fault::Error(403, "ForbiddenException")
}

/// Three connections, whose next frames have these faults.
async fn with_faults(faults: &[Fault]) -> StandIn {
    let stand_in = StandIn::start().await;
    for id in IDS {
        stand_in.connect(id, &["orders/*"], OLD).await;
        stand_in.plan(id, faults.to_vec());
    }
    stand_in
}

fn all_are_stored(stand_in: &StandIn) -> bool {
    IDS.iter().all(|id| is_stored(stand_in, id))
}

#[tokio::test]
async fn nothing_is_deleted_or_closed_in_an_outage() {
    for faults in [vec![refused()], vec![Fault::Status(404)], vec![Fault::Status(503); ATTEMPTS]] {
        let stand_in = with_faults(&faults).await;
        assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
        assert!(stand_in.all_faults_fired());
        assert!(all_are_stored(&stand_in) && stand_in.closed().is_empty(), "{faults:?}");
        assert_eq!(stand_in.metric("Suspended"), 3, "{faults:?}");
        assert_eq!(stand_in.published().len(), 1, "the bus is not affected");
        assert_eq!(stand_in.logged("ERROR", "failed").last(), Some(&json!(3)), "{faults:?}");
    }
}

#[tokio::test]
async fn the_log_names_the_cause_of_an_outage() {
    let stand_in = with_faults(&[refused()]).await;
    stand_in.dispatch(orders()).await.unwrap();
    let error = stand_in.logged("ERROR", "error")[0].to_string();
    assert!(error.contains("ForbiddenException") && error.contains("planned"), "{error}");
}

/// A later event would have a later position, which hides the missed events from the client.
#[tokio::test]
async fn after_an_outage_clients_receive_no_event_and_must_reconnect() {
    let stand_in = with_faults(&[refused()]).await;
    stand_in.dispatch(orders()).await.unwrap();
    assert_eq!(stand_in.dispatch(json!([element(4, "orders/4")])).await.unwrap(), [""; 0]);
    for id in IDS {
        let last: Value = serde_json::from_str(&stand_in.frames(id)[1]).unwrap();
        assert_eq!((stand_in.received(id).len(), &last["type"]), (2, &json!("tablecast.reconnect.v1")));
        assert!(!is_stored(&stand_in, id));
    }
    let mut closed = stand_in.closed();
    closed.sort();
    assert_eq!(closed, IDS);
    assert_eq!([stand_in.metric("Closed"), stand_in.metric("Suspended")], [3, 0]);
}

#[tokio::test]
async fn while_an_outage_lasts_connections_are_kept() {
    let stand_in = with_faults(&[refused(), refused()]).await;
    for _ in 0..2 {
        stand_in.dispatch(orders()).await.unwrap();
        assert!(all_are_stored(&stand_in) && stand_in.closed().is_empty());
        assert_eq!(stand_in.metric("Suspended"), 3);
    }
}

#[tokio::test]
async fn connections_that_open_after_an_outage_are_served() {
    let stand_in = with_faults(&[refused()]).await;
    stand_in.dispatch(orders()).await.unwrap();
    stand_in.connect("new=", &["orders/*"], OLD).await;
    stand_in.dispatch(json!([element(4, "orders/4")])).await.unwrap();
    assert_eq!(stand_in.received("new="), ["4"]);
    assert_eq!(stand_in.metric("Delivered"), 1);
}

#[tokio::test]
async fn failures_that_clients_can_cause_are_no_outage() {
    for faults in [vec![Fault::Status(429); ATTEMPTS], vec![Fault::Status(410)]] {
        let stand_in = with_faults(&faults).await;
        stand_in.dispatch(orders()).await.unwrap();
        assert_eq!(stand_in.metric("Suspended"), 0, "{faults:?}");
        assert!(!IDS.iter().any(|id| is_stored(&stand_in, id)), "{faults:?}");
    }
}

#[tokio::test]
async fn events_are_sent_again_if_a_connection_cannot_be_suspended() {
    let stand_in = with_faults(&[refused()]).await;
    let denied = Fault::Error(400, "AccessDeniedException");
    stand_in.plan("connections TransactWriteItems", [denied]);
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), ["e1", "e2", "e3"]);
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.metric("unstopped"), 1);
}
