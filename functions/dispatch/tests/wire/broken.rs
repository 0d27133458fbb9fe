//! No response that is not a success counts as one, whichever service it is from.

use serde_json::{Value, json};
use tablecast_stand_in::broken_responses;

use crate::stand_in::{Fault, StandIn, element, element_with};

async fn start() -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["*"], std::time::Duration::from_secs(60)).await;
    stand_in
}

fn rejected(n: usize) -> Value {
    let rejected = json!({ "path": "p", "reason": "odd", "record": {} });
    json!({ "eventID": format!("e{n}"), "pipe": "orders", "rejected": rejected })
}

/// Neither the logs nor the subscribers are known, so nothing is sent, and the pipe sends the batch again.
#[tokio::test]
async fn a_broken_response_of_a_table_fails_the_batch_before_anything_is_sent() {
    for planned in ["log Query", "log PutItem", "connections Query"] {
        for fault in broken_responses() {
            let stand_in = start().await;
            stand_in.plan_always(planned, Some(fault.clone()));
            let result = stand_in.dispatch(json!([element(1, "orders/1")])).await;
            assert!(result.is_err(), "{planned} with {fault:?}");
            assert!(stand_in.published().is_empty() && stand_in.received("a=").is_empty());
            stand_in.plan_always(planned, None);
            assert_eq!(stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap(), [""; 0]);
            assert_eq!(stand_in.received("a="), ["1"], "{planned} with {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_broken_response_of_the_bus_confirms_no_event() {
    for fault in broken_responses() {
        let stand_in = start().await;
        stand_in.plan_always("PutEvents", Some(fault.clone()));
        let failures = stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap();
        assert_eq!(failures, ["e1"], "{fault:?}");
        assert_eq!(stand_in.metric("Published"), 0);
    }
}

#[tokio::test]
async fn a_broken_response_of_the_rejected_table_stores_no_record() {
    for fault in broken_responses() {
        let stand_in = start().await;
        stand_in.plan_always("rejected PutItem", Some(fault.clone()));
        let failures = stand_in.dispatch(json!([element(1, "orders/1"), rejected(2)])).await.unwrap();
        assert_eq!(failures, ["e2"], "{fault:?}");
        assert_eq!(stand_in.received("a="), ["1"]);
    }
}

/// The bus reports one failure and does not name it.
#[tokio::test]
async fn results_that_contradict_their_count_are_not_believed() {
    let result = |entries: Value, failed: usize| {
        Fault::Response(json!({ "FailedEntryCount": failed, "Entries": entries }))
    };
    let confirmed = json!({ "EventId": "1" });
    for contradiction in [
        result(json!([confirmed, confirmed]), 1),
        result(json!([confirmed, {}]), 0),
        result(json!([confirmed, { "EventId": "" }]), 0),
        result(json!([confirmed, { "ErrorCode": "InternalFailure" }]), 0),
        result(json!([confirmed, confirmed, confirmed]), 0),
        result(json!([confirmed]), 0),
        result(json!([]), 0),
    ] {
        let stand_in = start().await;
        stand_in.plan_always("PutEvents", Some(contradiction.clone()));
        let failures =
            stand_in.dispatch(json!([element(1, "orders/1"), element(2, "orders/2")])).await.unwrap();
        assert!(failures.contains(&"e2".to_owned()), "{contradiction:?}");
        assert!(tablecast_stand_in::logs::text().contains("again"), "{contradiction:?}");
    }
}

#[tokio::test]
async fn a_throttled_entry_leaves_a_log_line() {
    let stand_in = start().await;
    stand_in.plan("PutEvents", [Fault::Entries(vec![Some("ThrottlingException")])]);
    assert_eq!(stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.logged("WARN", "code"), ["ThrottlingException"]);
}

#[tokio::test]
async fn entries_that_the_bus_never_accepts_leave_a_line_that_names_the_bus() {
    for fault in [Fault::Entries(vec![Some("ThrottlingException")]), Fault::Hang] {
        let stand_in = start().await;
        stand_in.plan_always("PutEvents", Some(fault.clone()));
        assert_eq!(stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap(), ["e1"], "{fault:?}");
        assert_eq!(stand_in.logged("WARN", "bus").last(), Some(&json!("tablecast")), "{fault:?}");
    }
}

#[tokio::test]
async fn a_wrong_clock_fails_the_batch_with_a_metric_and_a_remedy() {
    let stand_in = start().await;
    stand_in.set_clock_ahead(600);
    let error = stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap_err();
    assert!(error.contains("clock") && error.contains("5 seconds"), "{error}");
    assert_eq!([stand_in.metric("ClockSkew"), stand_in.metric("LogFailures")], [1, 1]);
    assert!(stand_in.published().is_empty() && stand_in.received("a=").is_empty());
    stand_in.set_clock_ahead(0);
    assert_eq!(stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.metric("ClockSkew"), 0);
}

/// 1,023 KB: the bus counts the event's position, its type and the pipe's name, too.
#[tokio::test]
async fn an_event_of_almost_one_megabyte_reaches_log_and_bus() {
    let stand_in = start().await;
    let empty = element_with(1, "orders/1", "")["events"][0].to_string().len();
    let of = |bytes: usize| element_with(1, "orders/1", &"x".repeat(bytes - empty));
    assert_eq!(stand_in.dispatch(json!([of(1023 * 1024)])).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.published(), [["1"]]);
    assert_eq!(stand_in.received("a="), ["1:too-large"]);
    let refused = start().await;
    assert_eq!(refused.dispatch(json!([of(1023 * 1024 + 1)])).await.unwrap(), ["e1"]);
    assert!(refused.published().is_empty() && refused.received("a=").is_empty());
    assert!(refused.items("log").is_empty());
}

#[tokio::test]
async fn a_damaged_item_of_the_log_is_a_metric() {
    let stand_in = start().await;
    stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap();
    assert_eq!(stand_in.metric("DamagedItems"), 0);
    let mut item = stand_in.items("log").into_iter().find(|item| item.get("events").is_some()).unwrap();
    item["epoch"] = json!({ "N": "1" });
    stand_in.import("log", vec![item]);
    assert_eq!(stand_in.dispatch(json!([element(2, "orders/1")])).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.received("a="), ["1", "2"]);
    assert!(stand_in.metric("DamagedItems").as_u64().unwrap() > 0);
}

/// The client takes no frame, so its channel is handed over.
#[tokio::test]
async fn a_broken_response_covers_no_event_and_starts_no_worker() {
    for fault in broken_responses() {
        let stand_in = start().await;
        stand_in.plan_always("a=", Some(Fault::Status(500)));
        stand_in.plan_always("connections UpdateItem", Some(fault.clone()));
        let failures = stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap();
        assert_eq!(failures, ["e1"], "{fault:?}");
        stand_in.plan_always("connections UpdateItem", None);
        stand_in.plan_always("Invoke fanout", Some(fault.clone()));
        assert_eq!(stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap(), [""; 0]);
        assert_eq!(stand_in.metric("StartFailures"), 1, "{fault:?}");
    }
}
