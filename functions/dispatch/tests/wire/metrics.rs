use std::time::Duration;

use serde_json::{Value, json};

use crate::stand_in::{Fault, StandIn, element, element_with};

const OLD: Duration = Duration::from_secs(60);

fn rejected(n: usize) -> Value {
    let rejected = json!({ "path": "dynamodb.Keys", "reason": "odd", "record": "" });
    json!({ "eventID": format!("e{n}"), "pipe": "orders", "rejected": rejected })
}

fn counts(stand_in: &StandIn, names: &str) -> Vec<u64> {
    names.split(' ').map(|name| stand_in.metric(name).as_u64().unwrap()).collect()
}

#[tokio::test]
async fn the_metrics_count_a_batchs_records() {
    let stand_in = StandIn::start().await;
    let unmatched = json!({ "eventID": "e1", "pipe": "orders", "events": [] });
    stand_in
        .plan("PutEvents", [Fault::Entries(vec![None, Some("InternalFailure"), Some("MalformedDetail")])]);
    let events = [2, 3, 4].map(|n| element(n, "orders/1"));
    let elements = [vec![unmatched], events.to_vec(), vec![rejected(5)]].concat();
    assert_eq!(stand_in.dispatch(elements.into()).await.unwrap(), ["e4"]);
    assert!(stand_in.all_faults_fired());
    assert_eq!(counts(&stand_in, "Records Events Unmatched Rejected"), [5, 3, 1, 1]);
    assert_eq!(counts(&stand_in, "Published BusRetried BusFailures"), [2, 1, 1]);
    assert_eq!(stand_in.metric("Pipe"), "orders");
}

#[tokio::test]
async fn the_metrics_count_a_batchs_pushes() {
    let stand_in = StandIn::start().await;
    for id in ["well=", "gone=", "full=", "refused="] {
        stand_in.connect(id, &["orders/*"], OLD).await;
    }
    stand_in.plan("gone=", [Fault::Status(410)]);
    stand_in.plan("refused=", [Fault::Status(403)]);
    stand_in.plan("full=", [Fault::Status(429)]);
    let large = element_with(2, "orders/1", &"x".repeat(128 * 1024));
    stand_in.dispatch(json!([element(1, "orders/1"), large])).await.unwrap();
    assert!(stand_in.all_faults_fired());
    assert_eq!(counts(&stand_in, "Delivered Gone TooLarge Refused FannedOut HandedOver"), [2, 1, 4, 1, 0, 1]);
    assert_eq!(counts(&stand_in, "StartFailures HandOverFailures connections unserved"), [0, 0, 4, 2]);
}

#[tokio::test]
async fn the_metrics_count_records_whose_elements_are_invalid() {
    let stand_in = StandIn::start().await;
    let elements = json!([element(1, "orders/1"), { "eventID": "e2", "pipe": "orders", "events": [{}, {}] }]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), ["e2"]);
    assert_eq!(counts(&stand_in, "Records Events InvalidElements"), [2, 1, 1]);
}

#[tokio::test]
async fn metrics_hold_no_connection_subject_or_data() {
    let stand_in = StandIn::start().await;
    stand_in.connect("listener=", &["orders/*"], OLD).await;
    stand_in.dispatch(json!([element_with(1, "orders/acme", "secret"), rejected(2)])).await.unwrap();
    assert_eq!(stand_in.metric("Delivered"), 1);
    let line = stand_in.metrics().to_string();
    for secret in ["listener=", "acme", "secret", "odd", "e1", "e2"] {
        assert!(!line.contains(secret), "{secret}: {line}");
    }
}
