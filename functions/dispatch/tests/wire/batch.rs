use std::time::Duration;

use serde_json::{Value, json};

use crate::stand_in::{Fault, StandIn, element};

#[tokio::test]
async fn records_that_no_rule_matches_are_not_sent() {
    let stand_in = StandIn::start().await;
    let elements = json!([{ "eventID": "e1", "pipe": "orders", "events": [] }]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), [""; 0]);
    assert!(stand_in.published().is_empty());
}

#[tokio::test]
async fn only_the_record_of_an_invalid_event_is_retried() {
    let stand_in = StandIn::start().await;
    let invalid = json!({ "eventID": "e1", "pipe": "orders", "events": [{ "type": "a.v1" }] });
    assert_eq!(stand_in.dispatch(json!([invalid, element(2, "orders/1")])).await.unwrap(), ["e1"]);
    assert_eq!(stand_in.published(), [["2"]]);
}

#[tokio::test]
async fn a_deferred_record_and_all_after_it_are_retried_and_not_sent() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["*"], Duration::from_secs(60)).await;
    let deferred = json!({ "eventID": "e2", "deferred": true });
    let elements = json!([element(1, "orders/1"), deferred, element(3, "orders/1")]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), ["e2", "e3"]);
    assert_eq!(
        (stand_in.published(), stand_in.received("a=")),
        (vec![vec!["1".to_owned()]], vec!["1".to_owned()])
    );
    assert_eq!(
        [stand_in.metric("Deferred"), stand_in.metric("Events"), stand_in.metric("Pipe")],
        [json!(2), json!(1), json!("orders")]
    );
    assert_eq!(stand_in.logged("ERROR", "message"), [] as [Value; 0]);
    assert_eq!(stand_in.logged("INFO", "deferred"), [2]);
}

#[tokio::test]
async fn nothing_is_sent_if_the_subscribers_are_unknown() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["*"], Duration::from_secs(60)).await;
    stand_in.plan("connections Query", [Fault::Error(400, "AccessDeniedException")]);
    let error = stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap_err();
    assert!(stand_in.all_faults_fired());
    assert!(error.contains("connections") && error.contains("AccessDenied"), "{error}");
    assert!(stand_in.published().is_empty() && stand_in.received("a=").is_empty());
    assert_eq!([stand_in.metric("LookupFailures"), stand_in.metric("Records")], [json!(1), Value::Null]);
}

#[tokio::test]
async fn a_slow_lookup_fails_the_batch_while_there_is_time_to_push() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["*"], Duration::from_secs(60)).await;
    // The lookup and the push have 800 of the 1200 ms.
    let left = Duration::from_millis(1200);
    stand_in.plan("connections Query", [Fault::Slow(Duration::from_millis(600))]);
    let error = stand_in.dispatch_within(json!([element(1, "orders/1")]), left).await.unwrap_err();
    assert!(stand_in.all_faults_fired());
    assert!(error.contains("time"), "{error}");
    assert!(stand_in.published().is_empty() && stand_in.received("a=").is_empty());
    assert!(stand_in.closed().is_empty());
    assert_eq!(stand_in.metric("LookupFailures"), 1);
    assert_eq!(stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.received("a="), ["1"]);
    assert_eq!(stand_in.metric("LookupFailures"), 0);
}

#[tokio::test]
async fn a_throttled_lookup_is_retried() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["*"], Duration::from_secs(60)).await;
    stand_in.plan("connections Query", [Fault::Error(400, "ProvisionedThroughputExceededException")]);
    assert_eq!(stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap(), [""; 0]);
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.received("a="), ["1"]);
}
